#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace espalier {

/// A length of training time as configurations write it: "5ep" or a bare number in epochs, "400it" in optimizer steps.
class Duration {
  public:
    Duration() = default;
    /// @param count  not negative; may be a fraction
    static Duration epochs(double count) { return {count, 0}; }
    /// @param count  of optimizer steps, not negative
    static Duration steps(std::int64_t count) { return {0.0, count}; }

    /// @throws ConfigError for anything else than a non-negative number with "ep", "it" or nothing behind it
    static Duration parse(std::string_view text);

    /// "5ep", "0.5ep", "400it": parse() reads it back exactly.
    std::string text() const;

    /// In optimizer steps, rounded to the nearest; a positive length is at least one step.
    std::int64_t in_steps(std::int64_t steps_per_epoch) const;

    /// Whether it is no time at all, in either unit.
    bool is_zero() const { return epochs_ == 0.0 && steps_ == 0; }
    friend bool operator==(const Duration&, const Duration&) = default;

  private:
    Duration(double epochs, std::int64_t steps) : epochs_(epochs), steps_(steps) {}

    double epochs_ = 0.0;
    std::int64_t steps_ = 0;  // only one of the two is not zero
};

}  // namespace espalier
