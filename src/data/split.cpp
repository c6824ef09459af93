#include <cmath>
#include <string>

#include <espalier/base/error.hpp>
#include <espalier/data/split.hpp>

namespace espalier::data {

Split split_off_validation(std::size_t count, double share) {
    if (!(share >= 0.0 && share < 1.0)) {
        throw ConfigError("data.validation = " + std::to_string(share) +
                          ": the share of the training set that is held out must be at least 0 and below 1");
    }
    const auto held_out = static_cast<std::size_t>(std::llround(share * static_cast<double>(count)));
    if (held_out >= count) {
        throw ConfigError("data.validation = " + std::to_string(share) + " of " + std::to_string(count) +
                          " training examples leaves none to train on");
    }
    return {{0, count - held_out}, {count - held_out, count}};
}

}  // namespace espalier::data
