#pragma once

#include <functional>
#include <string>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/data/dataset.hpp>
#include <espalier/data/standardise.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/robustness/results.hpp>

namespace espalier::robustness {

/// What can be asked for: calibration, hard_samples, ood, ...
const std::vector<Named>& suite_parts();

/// The parts that a list of names stands for, in the order of suite_parts(); "robustness" is all of them.
/// @throws ConfigError for an unknown name
std::vector<std::string> parse_suite(const std::vector<std::string>& names);

/// A trained network and labelled samples of its own kind.
struct SuiteInput {
    nn::Network<float>& network;
    const data::Examples& examples;
    const data::Standardisation& standardisation;
    data::SampleShape shape;
    double white = 1.0;  ///< the raw value that counts as 1
    /// [out, in] or [out, in / groups, kh, kw] of the first layer with weights
    std::vector<std::size_t> first_layer = {};
};

/// Samples of another dataset.
struct ForeignSet {
    std::string name;
    data::Examples examples;  ///< as many features as the network takes
    double white = 1.0;
};

struct SuiteOptions {
    std::vector<std::string> parts;
    std::size_t bins = 15;
    std::size_t batch = 0;   ///< samples at a time; 0: as training::Evaluator has it
    std::uint64_t seed = 0;  ///< of all that is drawn
    std::vector<ForeignSet> foreign = {};
    AttackSettings attacks = {};
    std::function<void(double done, const std::string& what)> tell = [](double, const std::string&) {};
};

/// @param clean  what the network gives for the samples
/// @throws FormatError as require_labels
SuiteResults run_suite(const SuiteInput& input, const Logits& clean, const SuiteOptions& options);

}  // namespace espalier::robustness
