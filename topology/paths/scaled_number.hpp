#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace espalier::topology {

/// A non-negative double of practically unlimited range: significand * 2^(256 * exponent), significand in [1, 2^256),
/// or 0.
///
/// Path counts of deep networks leave the range of double, and scaling a whole layer by one factor would lose neurons
/// that few paths reach but from which very many lead on. Sums and products of whole numbers are exact up to 2^53.
class ScaledNumber {
  public:
    ScaledNumber() = default;
    /// @param value  finite, not negative
    ScaledNumber(double value) : significand_(value) { normalise(); }  // NOLINT(google-explicit-constructor): it is one

    /// Whether it is 0.
    bool is_zero() const { return significand_ == 0; }

    /// Rounded as a sum of doubles; exact for whole numbers up to 2^53.
    ScaledNumber& operator+=(const ScaledNumber& other) {
        if (exponent_ == other.exponent_ || other.is_zero()) {
            significand_ += other.significand_;
        } else if (is_zero() || other.exponent_ > exponent_) {
            const double small = other.exponent_ == exponent_ + 1 && !is_zero() ? significand_ / radix : 0;
            significand_ = other.significand_ + small;
            exponent_ = other.exponent_;
        } else if (exponent_ == other.exponent_ + 1) {
            significand_ += other.significand_ / radix;
        }  // further apart than 2^256: nothing of it is left in a double
        if (significand_ >= radix) normalise();
        return *this;
    }

    friend ScaledNumber operator*(const ScaledNumber& a, const ScaledNumber& b) {
        return {a.significand_ * b.significand_, a.exponent_ + b.exponent_};
    }
    /// @param b  not 0
    friend ScaledNumber operator/(const ScaledNumber& a, const ScaledNumber& b) {
        return {a.significand_ / b.significand_, a.exponent_ - b.exponent_};
    }

    /// Infinite where it is larger than doubles are, 0 where it is smaller.
    double to_double() const {
        if (exponent_ == 0 || is_zero()) return significand_;
        if (exponent_ > 4) return HUGE_VAL;
        return exponent_ < -5 ? 0.0 : std::ldexp(significand_, static_cast<int>(exponent_) * radix_bits);
    }
    /// @pre not 0
    double log10() const {
        return std::log10(significand_) +
               static_cast<double>(exponent_) * radix_bits * std::numbers::ln2 / std::numbers::ln10;
    }

  private:
    static constexpr int radix_bits = 256;
    static constexpr double radix = 0x1p256;

    ScaledNumber(double significand, std::int64_t exponent) : significand_(significand), exponent_(exponent) {
        normalise();
    }

    void normalise() {
        if (significand_ == 0) exponent_ = 0;
        for (; significand_ >= radix; ++exponent_) significand_ /= radix;
        for (; significand_ != 0 && significand_ < 1; --exponent_) significand_ *= radix;
    }

    double significand_ = 0;
    std::int64_t exponent_ = 0;
};

}  // namespace espalier::topology
