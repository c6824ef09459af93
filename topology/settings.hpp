#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace espalier::topology {

/// What may be chosen about a metric or a distance: where a paper and its program differ, a seed, a sample size.
struct Setting {
    std::string name;
    std::string fallback;              ///< its value where nothing is said
    std::string help;                  ///< one line, no full stop
    std::vector<std::string> choices;  ///< all it may be; empty: the metric reads a number or a text
};

/// The settings of one metric or distance, each at its fallback or as it was set.
class Settings {
  public:
    /// None, for metrics that have none.
    Settings() = default;
    /// @param owner  the metric, as errors call it
    Settings(std::string owner, std::span<const Setting> known);

    /// @throws ConfigError naming the nearest known setting, or the choices
    void set(const std::string& name, const std::string& value);

    /// The value as it was set, or the fallback.
    /// @param name  one of the settings that are known
    const std::string& text(const std::string& name) const;
    /// @throws ConfigError where the value is no finite number
    double number(const std::string& name) const;
    /// @throws ConfigError where the value is no whole number from `least` on
    std::uint64_t count(const std::string& name, std::uint64_t least = 0) const;
    /// Whether it is "true".
    /// @throws ConfigError where the value is neither "true" nor "false"
    bool flag(const std::string& name) const;

  private:
    [[noreturn]] void refuse(const std::string& name, const std::string& value, const std::string& needed) const;

    std::string owner_;
    std::span<const Setting> known_;
    std::map<std::string, std::string> values_;
};

/// What an entry of a registry may be asked for, at its fallbacks.
template <class Entry>
Settings settings_of(const Entry& entry) {
    return {entry.name, entry.settings};
}

}  // namespace espalier::topology
