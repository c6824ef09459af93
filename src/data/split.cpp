#include <cmath>
#include <string>
#include <type_traits>
#include <variant>

#include <espalier/base/text/error.hpp>
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

Examples slice(const Examples& all, Range range) {
    const auto part = [&](const auto& vector, std::size_t width) {
        const auto at = [&](std::size_t k) { return vector.begin() + static_cast<std::ptrdiff_t>(k * width); };
        return std::decay_t<decltype(vector)>(at(range.begin), at(range.end));
    };
    Examples sliced{.count = range.size(), .features = all.features, .values = {}, .labels = part(all.labels, 1)};
    std::visit([&](const auto& values) { sliced.values = part(values, all.features); }, all.values);
    return sliced;
}

void split_off_test(Dataset& dataset, double share) {
    const std::string key = "data.test = " + std::to_string(share);
    if (dataset.test.count > 0) {
        throw ConfigError(key + ": dataset " + dataset.name + " has a test set of its own; leave data.test out");
    }
    const std::size_t count = dataset.train.count;
    const auto held_out = static_cast<std::size_t>(std::llround(share * static_cast<double>(count)));
    if (held_out == 0 || held_out >= count) {
        throw ConfigError(key + " of the " + std::to_string(count) + " samples of " + dataset.name + " is " +
                          std::to_string(held_out) + "; some are needed to test on, and some to train on");
    }
    dataset.test = slice(dataset.train, {count - held_out, count});
    dataset.train = slice(dataset.train, {0, count - held_out});
    dataset.test_missing.clear();
}

}  // namespace espalier::data
