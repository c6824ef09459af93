#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/named.hpp>
#include <espalier/data/standardise.hpp>

namespace espalier::data {
namespace {

/// Of values x of one group: sums of x - origin and of its square. The origin is a value of the group, so that a group
/// that does not vary has exactly 0 in both, and little is lost to cancellation.
template <class Sum>
struct Moments {
    Sum origin = 0;
    Sum sum = 0;
    Sum squares = 0;
    std::size_t count = 0;
};

/// Groups are runs of `group` consecutive features: 1 of them, or all of a channel.
template <class Value, class Sum = std::conditional_t<std::is_integral_v<Value>, std::int64_t, double>>
std::vector<Moments<Sum>> moments(const std::vector<Value>& values, std::size_t features, Range rows,
                                  std::size_t group) {
    std::vector<Sum> origin(features);
    std::vector<Sum> sum(features);
    std::vector<Sum> squares(features);
    const Value* first = values.data() + rows.begin * features;
    for (std::size_t f = 0; f < features; ++f) origin[f] = first[f / group * group];
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
        const Value* sample = values.data() + row * features;
        for (std::size_t f = 0; f < features; ++f) {
            const Sum distance = sample[f] - origin[f];
            sum[f] += distance;
            squares[f] += distance * distance;
        }
    }
    std::vector<Moments<Sum>> groups(features / group);
    for (std::size_t f = 0; f < features; ++f) {
        Moments<Sum>& of_group = groups[f / group];
        of_group.origin = origin[f];
        of_group.sum += sum[f];
        of_group.squares += squares[f];
        of_group.count += rows.size();
    }
    return groups;
}

struct ScaleShift {
    float scale = 0.0F;
    float shift = 0.0F;
};

template <class Sum>
ScaleShift scale_and_shift(const Moments<Sum>& group) {
    const auto count = static_cast<double>(group.count);
    const double offset = static_cast<double>(group.sum) / count;
    const double variance = static_cast<double>(group.squares) / count - offset * offset;
    const double scale = 1.0 / std::sqrt(variance);
    const double shift = -(static_cast<double>(group.origin) + offset) * scale;
    const ScaleShift narrow{static_cast<float>(scale), static_cast<float>(shift)};
    const bool usable = variance > 0.0 && std::isfinite(narrow.scale) && std::isfinite(narrow.shift);
    return usable ? narrow : ScaleShift{};
}

Standardisation divided_by_white(const Dataset& dataset) {
    const std::size_t features = dataset.train.features;
    return {std::vector<float>(features, static_cast<float>(1.0 / dataset.white)), std::vector<float>(features, 0.0F)};
}

Standardisation by_constants(const Dataset& dataset, const ChannelConstants& constants) {
    const std::size_t channels = dataset.shape.channels;
    if (constants.mean.size() != channels || constants.deviation.size() != channels) {
        throw ConfigError("data.mean has " + std::to_string(constants.mean.size()) + " values and data.std " +
                          std::to_string(constants.deviation.size()) + ", but dataset " + dataset.name + " has " +
                          std::to_string(channels) + (channels == 1 ? " channel" : " channels") +
                          ": each needs one of both");
    }
    const std::size_t group = dataset.train.features / channels;
    Standardisation result;
    for (std::size_t c = 0; c < channels; ++c) {
        const double scale = 1.0 / (unit_of(dataset) * constants.deviation[c]);
        const double shift = -constants.mean[c] / constants.deviation[c];
        const ScaleShift narrow{static_cast<float>(scale), static_cast<float>(shift)};
        if (!std::isfinite(narrow.scale) || !std::isfinite(narrow.shift)) {
            throw ConfigError("data.std: the deviation of channel " + std::to_string(c) +
                              " (counted from 0) is too small to divide by in single precision");
        }
        result.scale.insert(result.scale.end(), group, narrow.scale);
        result.shift.insert(result.shift.end(), group, narrow.shift);
    }
    return result;
}

}  // namespace

double unit_of(const Dataset& dataset) {
    constexpr double largest_byte = 255.0;
    const bool is_bytes = std::holds_alternative<std::vector<std::uint8_t>>(dataset.train.values);
    return dataset.white == 1.0 && is_bytes ? largest_byte : dataset.white;
}

const std::vector<Choice<Standardise>>& standardisations() {
    static const std::vector<Choice<Standardise>> all = {
        {{"channel", "mean 0 and standard deviation 1 of each channel", ""}, Standardise::channel},
        {{"feature", "mean 0 and standard deviation 1 of each feature", ""}, Standardise::feature},
        {{"none", "values as they are, bytes divided by the largest", ""}, Standardise::none},
        {{"constants", "by a mean and a deviation for each channel that are given", ""}, Standardise::constants},
    };
    return all;
}

Standardise parse_standardise(std::string_view name) {
    return choice(standardisations(), name, "data.standardise");
}

Standardisation standardisation(const Dataset& dataset, Range training, Standardise how,
                                const ChannelConstants& constants) {
    if (training.begin >= training.end || training.end > dataset.train.count) {
        throw ConfigError("standardisation of examples " + std::to_string(training.begin) + " to " +
                          std::to_string(training.end) + " of " + std::to_string(dataset.train.count));
    }
    if (how == Standardise::none) return divided_by_white(dataset);
    const std::size_t features = dataset.train.features;
    if (features == 0 || features != dataset.shape.features()) {
        throw FormatError("dataset " + dataset.name + ": " + std::to_string(features) +
                          " features an example, but its shape has " + std::to_string(dataset.shape.features()));
    }
    if (how == Standardise::constants) return by_constants(dataset, constants);
    const std::size_t group = how == Standardise::feature ? 1 : features / dataset.shape.channels;
    Standardisation result;
    const auto fill = [&](const auto& values) {
        for (const auto& of_group : moments(values, features, training, group)) {
            const ScaleShift both = scale_and_shift(of_group);
            result.scale.insert(result.scale.end(), group, both.scale);
            result.shift.insert(result.shift.end(), group, both.shift);
        }
    };
    std::visit(fill, dataset.train.values);
    return result;
}

}  // namespace espalier::data
