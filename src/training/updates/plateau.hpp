#pragma once

#include <cstdint>

namespace espalier::training {

/// Whether something has stopped improving: for good, once it did.
///
/// All it knows is in these few numbers, which a checkpoint keeps.
struct Plateau {
    double best = -1.0;
    std::int64_t best_step = 0;
    std::uint64_t is_reached = 0;

    /// Takes in the value at a step; true from the first one on that comes `patience` steps or more after the best.
    bool update(std::int64_t step, double value, std::int64_t patience) {
        if (is_reached == 0 && value > best) {
            best = value;
            best_step = step;
        }
        if (step - best_step >= patience) is_reached = 1;
        return is_reached != 0;
    }
};

}  // namespace espalier::training
