#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <vector>

#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/instruction_set.hpp>

#include "support.hpp"

namespace espalier::testing {

/// Runs the body under every instruction set this processor has, says which it lacks, and leaves the best one in use.
inline void for_each_instruction_set(const std::function<void()>& body) {
    using kernels::InstructionSet;
    for (const InstructionSet set : {InstructionSet::portable, InstructionSet::avx2, InstructionSet::avx512}) {
        if (!kernels::supports(set)) {
            WARN("not tested with " << kernels::to_string(set) << ": this processor lacks it");
            continue;
        }
        kernels::set_instruction_set(set);
        INFO(kernels::to_string(set));
        body();
    }
}

/// Lane counts around every vector width: single, partial, whole, several pieces.
inline const std::vector<std::size_t> awkward_lanes = {1,  3,   15,  16,  17,  31,  32,  48,
                                                       65, 100, 127, 128, 129, 200, 256, 300};

template <class T>
kernels::Activations<T> random_activations(std::size_t features, std::size_t lanes, Stream& stream,
                                           bool positive = false) {
    kernels::Activations<T> activations(features, lanes);
    const auto view = activations.view();
    for (std::size_t f = 0; f < features; ++f) {
        const std::vector<double> values = random_values(lanes, stream);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            view.row(f)[lane] = static_cast<T>(positive ? 1.5 + values[lane] : values[lane]);
        }
    }
    return activations;
}

/// A term that makes sums as wrong as they get: added to a sum of about 1 it is rounded up to nearly twice its size.
inline constexpr float hostile_term = 1.02F * 0x1p-24F;

/// Rows whose sums over lanes round badly: four lanes of 1, one for each partial sum of the narrowest vectors, then
/// hostile terms.
inline kernels::Activations<float> hostile_lanes(std::size_t features, std::size_t lanes) {
    kernels::Activations<float> activations(features, lanes);
    for (std::size_t f = 0; f < features; ++f) {
        for (std::size_t lane = 0; lane < lanes; ++lane) activations.view().row(f)[lane] = lane < 4 ? 1 : hostile_term;
    }
    return activations;
}

/// The largest error of many results against float64, each relative to the exact value or to a scale of its own.
class WorstError {
  public:
    void add(double value, double exact) { add(value, exact, std::abs(exact)); }
    void add(double value, double exact, double scale) {
        const double error = std::abs(value - exact);
        const double relative = error == 0.0 ? 0.0 : error / scale;
        worst_ = std::isnan(relative) ? std::numeric_limits<double>::infinity() : std::max(worst_, relative);
    }
    double worst() const { return worst_; }

  private:
    double worst_ = 0.0;
};

template <class T>
bool tails_are_zero(const kernels::Activations<T>& activations) {
    const auto view = activations.view();
    for (std::size_t f = 0; f < view.features; ++f) {
        for (std::size_t lane = view.lanes; lane < view.stride; ++lane) {
            if (view.row(f)[lane] != T(0)) return false;
        }
    }
    return true;
}

template <class Range>
std::vector<std::byte> bytes_of(const Range& range) {
    const auto* first = reinterpret_cast<const std::byte*>(std::data(range));
    return {first, first + std::size(range) * sizeof(*std::data(range))};
}

template <class T>
std::vector<std::byte> bytes_of(const kernels::Activations<T>& activations) {
    const auto view = activations.view();
    const auto* first = reinterpret_cast<const std::byte*>(view.data);
    return {first, first + view.features * view.stride * sizeof(T)};
}

/// The body's bytes must be the same with 1, 2 and 4 threads.
inline void check_equal_bits(const std::function<std::vector<std::byte>()>& body) {
    set_threads(1);
    const auto expected = body();
    for (const int count : {2, 4}) {
        set_threads(count);
        CHECK((body() == expected));
    }
    set_threads(1);
}

}  // namespace espalier::testing
