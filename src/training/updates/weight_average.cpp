#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>

#include <espalier/nn/parameters/pieces.hpp>
#include <espalier/training/updates/weight_average.hpp>

namespace espalier::training {
namespace {

std::string average_entry(std::size_t k) {
    return "average" + std::to_string(k);
}

/// What stayed keeps its average, what came begins at its value.
AlignedVector<float> followed(const AlignedVector<float>& averages, const Pattern& before, const Pattern& now,
                              const AlignedVector<float>& values) {
    AlignedVector<float> to = values;
    for (std::size_t row = 0; row < now.rows(); ++row) {
        const auto old_columns = before.row(row);
        const auto columns = now.row(row);
        std::size_t old = 0;
        for (std::size_t k = 0; k < columns.size(); ++k) {
            while (old < old_columns.size() && old_columns[old] < columns[k]) ++old;
            if (old == old_columns.size()) break;
            if (old_columns[old] == columns[k]) to[now.row_begin(row) + k] = averages[before.row_begin(row) + old];
        }
    }
    return to;
}

}  // namespace

WeightAverage::WeightAverage(nn::Network<float>& network, double decay) : network_(network), decay_(decay) {
    for (const nn::ParameterEntry<float>& entry : network_.table().entries())
        averages_.push_back(entry.parameter->values);
}

void WeightAverage::add() {
    const auto entries = network_.table().entries();
    std::vector<nn::Parameter<float>*> parameters;
    std::unordered_map<const nn::Parameter<float>*, float*> averages;
    for (std::size_t k = 0; k < entries.size(); ++k) {
        parameters.push_back(entries[k].parameter);
        averages.emplace(entries[k].parameter, averages_[k].data());
    }
    nn::for_pieces<float>(parameters, 2, [&](const nn::Piece<float>& piece) {
        float* average = averages.at(piece.parameter);
        const float* values = piece.parameter->values.data();
        for (std::size_t k = piece.begin; k < piece.end; ++k) {
            const auto sum = static_cast<float>(decay_ * average[k] + (1.0 - decay_) * values[k]);
            average[k] = std::abs(sum) < std::numeric_limits<float>::min() ? 0.0F : sum;
        }
    });
}

std::vector<Pattern> WeightAverage::masks() const {
    std::vector<Pattern> masks;
    for (const nn::ParameterEntry<float>& entry : network_.table().weights()) masks.push_back(entry.weight->pattern());
    return masks;
}

void WeightAverage::follow(const std::vector<Pattern>& before) {
    const auto entries = network_.table().entries();
    std::size_t number = 0;
    for (std::size_t k = 0; k < entries.size(); ++k) {
        if (entries[k].weight == nullptr) continue;
        const Pattern& old = before.at(number++);
        const Pattern& now = entries[k].weight->pattern();
        if (old == now) continue;
        averages_[k] = followed(averages_[k], old, now, entries[k].parameter->values);
        forget_removed(entries[k].layer, now);
    }
}

/// A removed channel has lost its bias, too, which else would live on in the average.
void WeightAverage::forget_removed(std::size_t layer, const Pattern& mask) {
    const auto entries = network_.table().entries();
    for (std::size_t k = 0; k < entries.size(); ++k) {
        const nn::Parameter<float>& bias = *entries[k].parameter;
        if (entries[k].layer != layer || bias.role != nn::Role::bias) continue;
        for (std::size_t row = 0; row < mask.rows(); ++row) {
            if (mask.row(row).empty() && bias.values[row] == 0.0F) averages_[k][row] = 0.0F;
        }
    }
}

void WeightAverage::swap() {
    const auto entries = network_.table().entries();
    for (std::size_t k = 0; k < entries.size(); ++k) std::swap(entries[k].parameter->values, averages_[k]);
}

void WeightAverage::save(CheckpointWriter& checkpoint) const {
    for (std::size_t k = 0; k < averages_.size(); ++k) checkpoint.put(average_entry(k), averages_[k]);
}

void WeightAverage::load(const CheckpointReader& checkpoint) {
    const auto entries = network_.table().entries();
    for (std::size_t k = 0; k < averages_.size(); ++k) {
        averages_[k].resize(entries[k].parameter->values.size());
        checkpoint.get_into(average_entry(k), std::span<float>(averages_[k]));
    }
}

}  // namespace espalier::training
