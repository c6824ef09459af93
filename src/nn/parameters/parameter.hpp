#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <espalier/base/memory/aligned.hpp>
#include <espalier/nn/parameters/state_share.hpp>

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
    std::vector<AlignedVector<T>> state;  ///< arrays the optimizer keeps, in its own order; zero at first: of held()
    std::vector<AlignedVector<T>> parts;  ///< gradients of the blocks of a batch, but for what goes to `gradient`

    Parameter(std::string parameter_name, Role what_for, std::size_t size = 0)
        : name(std::move(parameter_name)), role(what_for), values(size), gradient(is_trained() ? size : 0) {}

    bool is_trained() const { return role != Role::statistic; }

    /// From now on the state is that of some elements (StateShare): all, unless it was said otherwise.
    void hold(const ElementRange& range) { held_ = range; }
    ElementRange held() const { return held_.value_or(ElementRange{0, values.size()}); }

    /// Makes room for so many gradients, as long as the values are.
    void make_slots(std::size_t count) {
        parts.resize(count - 1);
        for (AlignedVector<T>& part : parts) part.resize(values.size());
    }
    /// The gradient that a pass fills; slot 0 is that of the batch, too, into which the others are summed.
    AlignedVector<T>& gradient_of(std::size_t slot) { return slot == 0 ? gradient : parts[slot - 1]; }

    /// With all of the state.
    std::size_t bytes() const {
        return (1 + (is_trained() ? 1 : 0) + state.size() + parts.size()) * values.size() * sizeof(T);
    }

  private:
    std::optional<ElementRange> held_;
};

}  // namespace espalier::nn
