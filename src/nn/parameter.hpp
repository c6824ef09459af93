#pragma once

#include <string>
#include <vector>

#include <espalier/base/aligned.hpp>

namespace espalier::nn {

/// One trained array of a layer with its gradient and the optimizer's state, all of equal length.
template <class T>
struct Parameter {
    std::string name;  ///< "values", "bias", ...: its name in snapshots
    AlignedVector<T> values;
    AlignedVector<T> gradient;
    std::vector<AlignedVector<T>> state;  ///< arrays the optimizer keeps, in its own order; zero at first

    explicit Parameter(std::string parameter_name, std::size_t size = 0)
        : name(std::move(parameter_name)), values(size), gradient(size) {}

    std::size_t bytes() const { return (2 + state.size()) * values.size() * sizeof(T); }
};

}  // namespace espalier::nn
