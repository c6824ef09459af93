#include <algorithm>
#include <charconv>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/near_names.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/settings.hpp>

namespace espalier::topology {
namespace {

/// Whether the whole text is one number of this kind.
template <class Number>
bool read(const std::string& text, Number& number) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stop == end;
}

std::vector<std::string> names(std::span<const Setting> known) {
    std::vector<std::string> all;
    for (const Setting& setting : known) all.push_back(setting.name);
    return all;
}

}  // namespace

Settings::Settings(std::string owner, std::span<const Setting> known) : owner_(std::move(owner)), known_(known) {
    for (const Setting& setting : known) values_[setting.name] = setting.fallback;
}

void Settings::set(const std::string& name, const std::string& value) {
    const auto setting = std::ranges::find(known_, name, &Setting::name);
    if (setting == known_.end()) {
        const std::vector<std::string> all = names(known_);
        const std::string why = all.empty() ? " is not known; " + owner_ + " has none" : not_known(name, all);
        throw ConfigError("setting '" + owner_ + "." + name + "'" + why);
    }
    if (!setting->choices.empty() && std::ranges::find(setting->choices, value) == setting->choices.end()) {
        refuse(name, value, join(setting->choices, " or "));
    }
    values_[name] = value;
}

const std::string& Settings::text(const std::string& name) const {
    return values_.at(name);
}

double Settings::number(const std::string& name) const {
    double number = 0;
    if (!read(text(name), number) || !std::isfinite(number)) refuse(name, text(name), "a number");
    return number;
}

std::uint64_t Settings::count(const std::string& name, std::uint64_t least) const {
    std::uint64_t number = 0;
    if (!read(text(name), number) || number < least) {
        refuse(name, text(name), "a whole number from " + std::to_string(least) + " on");
    }
    return number;
}

bool Settings::flag(const std::string& name) const {
    if (text(name) != "true" && text(name) != "false") refuse(name, text(name), "true or false");
    return text(name) == "true";
}

void Settings::refuse(const std::string& name, const std::string& value, const std::string& needed) const {
    throw ConfigError("setting '" + owner_ + "." + name + "' is '" + value + "'; " + needed + " is needed");
}

}  // namespace espalier::topology
