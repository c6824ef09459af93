#pragma once

#include <optional>
#include <string>
#include <vector>

#include <espalier/topology/structure/strongest_inputs.hpp>
#include <espalier/training/trainer/feature_evaluation.hpp>

namespace espalier::report {

/// Test accuracies of classifiers.
struct FeatureEvaluation {
    double selected = 0.0;
    double random = 0.0;  ///< on as many random features
    double all = 0.0;
};

/// What `espalier features` has found.
struct FeatureReport {
    std::string topology;
    std::string layer;
    std::size_t inputs = 0;
    std::vector<topology::RankedInput> ranked;
    std::string out;  ///< the file that holds their numbers; empty: none
    training::FeatureJudge judge;
    std::optional<FeatureEvaluation> evaluation;
};

/// One document, as docs/formats.md describes it.
std::string as_json(const FeatureReport& report);
/// The ranking alone.
std::string as_csv(const FeatureReport& report);
std::string in_words(const FeatureReport& report);

}  // namespace espalier::report
