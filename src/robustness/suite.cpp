#include <algorithm>
#include <cmath>

#include <boost/random/uniform_01.hpp>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/robustness/images/pixels.hpp>
#include <espalier/robustness/scorer.hpp>
#include <espalier/robustness/suite.hpp>
#include <espalier/robustness/suite_images.hpp>

namespace espalier::robustness {
namespace {

CalibrationResult calibration_of(const Logits& clean, std::span<const std::uint32_t> labels, std::size_t bins) {
    CalibrationResult result;
    result.as_it_is = calibration(softmax(clean), labels, bins);
    result.temperature = best_temperature(clean, labels);
    if (!std::isnan(result.temperature)) {
        result.at_temperature = calibration(softmax(clean, 1.0 / result.temperature), labels, bins);
    }
    return result;
}

HardSamplesResult hard_samples_of(const Logits& clean, std::span<const std::uint32_t> labels) {
    constexpr std::size_t listed = 20;
    HardSamplesResult result;
    result.scores = hard_scores(softmax(clean), labels);
    result.hardest = hardest(result.scores.el2n, listed);
    for (const std::uint32_t sample : result.hardest) {
        result.labels.push_back(labels[sample]);
        result.predicted.push_back(static_cast<std::uint32_t>(largest(clean.row(sample))));
    }
    return result;
}

ForeignResult against(const Logits& clean, const std::string& set, const Logits& foreign) {
    ForeignResult result{.set = set, .samples = foreign.samples};
    for (const ConfidenceScore& score : confidence_scores())
        result.detections.push_back(detection(confidences(clean, score), confidences(foreign, score)));
    return result;
}

/// Every pixel of every channel uniform in [0, 1].
ForeignResult against_noise(const PixelScale& scale, Scorer& scorer, const Logits& clean, std::uint64_t seed) {
    if (!scale.missing.empty()) return {.set = "uniform_noise", .missing = scale.missing};
    const Logits noise = scorer.logits(clean.samples, [&](std::size_t sample, std::span<float> raw) {
        Stream stream(seed, Purpose::corruption, 0, sample);
        boost::random::uniform_01<double> uniform;
        for (float& value : raw) value = static_cast<float>(uniform(stream) * scale.white);
    });
    return against(clean, "uniform_noise", noise);
}

std::vector<ForeignResult> foreign_of(const PixelScale& scale, Scorer& scorer, const Logits& clean,
                                      const SuiteOptions& options) {
    std::vector<ForeignResult> results;
    for (const ForeignSet& set : options.foreign) {
        const double factor = scale.white / set.white;
        const std::size_t features = set.examples.features;
        const Logits foreign = scorer.logits(set.examples.count, [&](std::size_t sample, std::span<float> raw) {
            std::visit(
                [&](const auto& values) {
                    for (std::size_t f = 0; f < features; ++f)
                        raw[f] = static_cast<float>(static_cast<double>(values[sample * features + f]) * factor);
                },
                set.examples.values);
        });
        results.push_back(against(clean, set.name, foreign));
    }
    results.push_back(against_noise(scale, scorer, clean, options.seed));
    return results;
}

}  // namespace

const std::vector<Named>& suite_parts() {
    static const std::vector<Named> all = {
        {"calibration", "ECE, NLL and Brier score, and what temperature scaling makes of them", ""},
        {"hard_samples", "EL2N, entropy, margin and probability of the label, sample by sample", ""},
        {"ood", "telling samples of other datasets (--ood) and uniform noise from its own", ""},
        {"corruptions", "accuracy on images spoiled in 15 ways (and 3 extra ones), 5 severities each", ""},
        {"attacks", "accuracy under FGSM and PGD, changes bounded in the largest and in the Euclidean norm", ""},
        {"frequency", "accuracy on low and high spatial frequencies, and those of the first layer's filters", ""},
    };
    return all;
}

std::vector<std::string> parse_suite(const std::vector<std::string>& names) {
    std::vector<std::string> parts;
    for (const std::string& name : names) {
        if (name != "robustness") find_named(suite_parts(), name, "--suite");
    }
    for (const Named& part : suite_parts()) {
        const auto asks = [&](const std::string& name) { return name == part.name || name == "robustness"; };
        if (std::ranges::any_of(names, asks)) parts.push_back(part.name);
    }
    return parts;
}

SuiteResults run_suite(const SuiteInput& input, const Logits& clean, const SuiteOptions& options) {
    const std::span<const std::uint32_t> labels = input.examples.labels;
    require_labels(clean, labels);
    const PixelScale scale = pixel_scale(input.examples, input.shape, input.white);
    Scorer scorer(input.network, input.standardisation, options.batch);
    SuiteResults results{.parts = options.parts,
                         .samples = clean.samples,
                         .classes = clean.classes,
                         .seed = options.seed,
                         .clean_accuracy = accuracy(clean, labels)};
    for (std::size_t k = 0; k < options.parts.size(); ++k) {
        const std::string& part = options.parts[k];
        const TellPart tell = [&](double done, const std::string& what) {
            options.tell((static_cast<double>(k) + done) / static_cast<double>(options.parts.size()), what);
        };
        tell(0.0, part);
        if (part == "calibration") results.calibration = calibration_of(clean, labels, options.bins);
        if (part == "hard_samples") results.hard_samples = hard_samples_of(clean, labels);
        if (part == "ood") results.ood = foreign_of(scale, scorer, clean, options);
        if (part == "corruptions") results.corruptions = corruptions_part(input, scale, scorer, options, tell);
        if (part == "attacks") results.attacks = attacks_part(input, scale, scorer.batch_size(), options, tell);
        if (part == "frequency") results.frequency = frequency_part(input, scale, scorer, tell);
    }
    return results;
}

}  // namespace espalier::robustness
