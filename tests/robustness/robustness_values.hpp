#pragma once

#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <espalier/robustness/logits.hpp>

#include "home_reference.hpp"
#include "support.hpp"

namespace espalier::testing {

/// Values that NumPy and PyTorch computed from the definitions, in double (tests/reference/README.md).
inline nlohmann::json robustness_values() {
    return nlohmann::json::parse(std::ifstream(home_reference() / "more/robustness.json"));
}

inline robustness::ClassNumbers class_numbers(const nlohmann::json& rows) {
    robustness::ClassNumbers numbers;
    numbers.samples = rows.size();
    numbers.classes = rows.at(0).size();
    for (const auto& row : rows) {
        for (const auto& value : row) numbers.values.push_back(value.get<double>());
    }
    return numbers;
}

/// Random logits, up to `size` large, and labels.
struct LabelledLogits {
    robustness::Logits logits;
    std::vector<std::uint32_t> labels;
};
inline LabelledLogits random_logits(std::size_t samples, std::size_t classes, double size, Stream& stream) {
    LabelledLogits drawn{{samples, classes, random_values(samples * classes, stream)}, {}};
    for (double& value : drawn.logits.values) value *= size;
    for (std::size_t n = 0; n < samples; ++n) drawn.labels.push_back(static_cast<std::uint32_t>(stream.below(classes)));
    return drawn;
}

}  // namespace espalier::testing
