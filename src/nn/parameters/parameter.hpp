#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <espalier/base/memory/aligned.hpp>

namespace espalier::nn {

/// What an array is for, which decides what may be done to it.
enum class Role : std::uint8_t {
    weight,     ///< multiplies what comes from one unit; the only role that a mask can thin out
    bias,       ///< added to a unit
    scale,      ///< multiplies a unit: the weight of a normalisation
    shift,      ///< added behind a scale; thresholds of activations too
    slope,      ///< of an activation: a ratio, without the unit of what passes
    statistic,  ///< follows the data, such as a running mean: no gradient, no optimizer state
};

/// One array of a layer with its gradient and the optimizer's state, all of equal length; a statistic has values alone.
template <class T>
struct Parameter {
    std::string name;  ///< "values", "bias", ...: its name in snapshots
    Role role;
    AlignedVector<T> values;
    AlignedVector<T> gradient;
    std::vector<AlignedVector<T>> state;  ///< arrays the optimizer keeps, in its own order; zero at first

    Parameter(std::string parameter_name, Role what_for, std::size_t size = 0)
        : name(std::move(parameter_name)), role(what_for), values(size), gradient(is_trained() ? size : 0) {}

    bool is_trained() const { return role != Role::statistic; }
    std::size_t bytes() const { return (1 + (is_trained() ? 1 : 0) + state.size()) * values.size() * sizeof(T); }
};

}  // namespace espalier::nn
