#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <espalier/robustness/attacks.hpp>
#include <espalier/robustness/calibration.hpp>
#include <espalier/robustness/detection.hpp>
#include <espalier/robustness/hard_samples.hpp>
#include <espalier/robustness/images/corruptions.hpp>

/// What a suite finds; nothing of networks, so that reports can read it.
namespace espalier::robustness {

struct CalibrationResult {
    Calibration as_it_is;
    double temperature = 0.0;    ///< NaN where there is none that is best
    Calibration at_temperature;  ///< where there is one
};

struct HardSamplesResult {
    HardScores scores;
    std::vector<std::uint32_t> hardest;    ///< numbers of the hardest by EL2N, hardest first
    std::vector<std::uint32_t> labels;     ///< of these
    std::vector<std::uint32_t> predicted;  ///< the classes that the network gives them
};

/// Own samples against those of another set.
struct ForeignResult {
    std::string set;
    std::size_t samples = 0;
    std::string missing = {};                ///< why it was not looked at; else empty
    std::vector<Detection> detections = {};  ///< by confidence_scores()
};

/// Accuracy on images spoiled in one way.
struct CorruptionResult {
    const Corruption* corruption = nullptr;
    std::array<double, severities> accuracy{};  ///< by severity
    double mean() const;
};

/// A part that needs images, or why it could not be had.
struct CorruptionsResult {
    std::string missing;
    std::vector<CorruptionResult> each;

    /// The mean accuracy of the fifteen, by types that a condition takes; NaN where it takes none.
    template <class Takes>
    double mean_of(const Takes& takes) const;
};

struct AttackResult {
    Attack attack;
    double accuracy = 0.0;
    double loss = 0.0;           ///< mean cross-entropy of the attacked images
    double without_slope = 0.0;  ///< share of images whose first gradient is 0 in single precision: nothing to go by
};

struct AttacksResult {
    std::string missing;
    std::vector<AttackResult> each;
};

/// Accuracy on images of which some frequencies are left out.
struct FilterResult {
    double cut_off = 0.0;
    double low = 0.0;   ///< of those up to the cut-off
    double high = 0.0;  ///< of those above it
};

struct FrequencyResult {
    std::string missing;
    std::vector<FilterResult> filters;
    double filter_energy = 0.0;  ///< of the first layer's filters above half the highest frequency; NaN: unknown
    std::string no_filter_energy;
};

struct SuiteResults {
    std::vector<std::string> parts;  ///< that were asked for
    std::size_t samples = 0;
    std::size_t classes = 0;
    std::uint64_t seed = 0;
    double clean_accuracy = 0.0;
    std::optional<CalibrationResult> calibration = {};
    std::optional<HardSamplesResult> hard_samples = {};
    std::optional<std::vector<ForeignResult>> ood = {};
    std::optional<CorruptionsResult> corruptions = {};
    std::optional<AttacksResult> attacks = {};
    std::optional<FrequencyResult> frequency = {};
};

inline double CorruptionResult::mean() const {
    double sum = 0.0;
    for (const double one : accuracy) sum += one;
    return sum / static_cast<double>(accuracy.size());
}

template <class Takes>
double CorruptionsResult::mean_of(const Takes& takes) const {
    double sum = 0.0;
    double count = 0.0;
    for (const CorruptionResult& one : each) {
        if (one.corruption->is_extra || !takes(*one.corruption)) continue;
        sum += one.mean();
        count += 1.0;
    }
    return sum / count;
}

}  // namespace espalier::robustness
