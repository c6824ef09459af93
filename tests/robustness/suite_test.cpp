#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/nn/layers/leaky_relu_layer.hpp>
#include <espalier/nn/layers/linear.hpp>
#include <espalier/robustness/scorer.hpp>
#include <espalier/robustness/suite.hpp>

#include "nn/node_list.hpp"
#include "support.hpp"

namespace espalier::robustness {
using namespace testing;
namespace {

/// The class of digits that each image is most like: a linear layer of the classes' means. Fair, and made in no time.
struct DigitsByMeans {
    data::Dataset digits = data::load_dataset("digits", "");
    data::Standardisation scaling{std::vector<float>(64, 1.0F / 16.0F), std::vector<float>(64, -0.3F)};
    nn::Network<float> network = made();

    nn::Network<float> made() const {
        NodeList<float> nodes;
        nodes.add(std::make_unique<nn::Linear<float>>("fc1", Pattern::full(10, 64)), {nn::network_input});
        nn::Network<float> result = nodes.network();
        const auto& bytes = std::get<std::vector<std::uint8_t>>(digits.train.values);
        auto& weight = result.weight(0)->parameter().values;
        auto& bias = result.table().of(0)[1].parameter->values;
        std::vector<double> count(10, 0.0);
        for (const std::uint32_t label : digits.train.labels) count[label] += 1.0;
        for (std::size_t n = 0; n < digits.train.count; ++n) {
            const std::uint32_t label = digits.train.labels[n];
            for (std::size_t f = 0; f < 64; ++f)
                weight[label * 64 + f] += static_cast<float>((bytes[n * 64 + f] / 16.0 - 0.3) / count[label]);
        }
        for (std::size_t k = 0; k < 10; ++k) {
            for (std::size_t f = 0; f < 64; ++f) bias[k] -= weight[k * 64 + f] * weight[k * 64 + f] / 2.0F;
        }
        return result;
    }
    SuiteInput input() { return {network, digits.test, scaling, digits.shape, data::unit_of(digits)}; }
};

}  // namespace

TEST_CASE("suite: its parts by name", "[robustness][suite]") {
    CHECK(parse_suite({"robustness"}) == names_of(suite_parts()));
    CHECK(parse_suite({"ood", "calibration"}) == std::vector<std::string>{"calibration", "ood"});
    CHECK(parse_suite({}).empty());
    CHECK_THROWS_AS(parse_suite({"calibratoin"}), ConfigError);
}

TEST_CASE("suite: own samples, foreign ones and noise", "[robustness][suite]") {
    DigitsByMeans digits;
    Scorer scorer(digits.network, digits.scaling);
    const Logits clean = scorer.logits(digits.digits.test);
    REQUIRE(accuracy(clean, digits.digits.test.labels) > 0.8);
    SuiteOptions options{.parts = parse_suite({"calibration", "hard_samples", "ood"})};
    options.foreign.push_back({"itself", digits.digits.test, 16.0});
    const SuiteResults found = run_suite(digits.input(), clean, options);
    CHECK(found.calibration->as_it_is.accuracy == accuracy(clean, digits.digits.test.labels));
    CHECK(found.hard_samples->scores.el2n.size() == digits.digits.test.count);
    REQUIRE(found.ood->size() == 2);
    CHECK(found.ood->front().set == "itself");
    CHECK(found.ood->front().detections.front().auroc == 0.5);
    CHECK(found.ood->back().set == "uniform_noise");
    CHECK(found.ood->back().missing.empty());
    CHECK(found.ood->back().samples == digits.digits.test.count);
}

TEST_CASE("suite: parts of images, and what is said where there are none", "[robustness][suite]") {
    DigitsByMeans digits;
    digits.digits.test.count = 120;
    std::get<std::vector<std::uint8_t>>(digits.digits.test.values).resize(120 * 64);
    digits.digits.test.labels.resize(120);
    const Logits clean = Scorer(digits.network, digits.scaling).logits(digits.digits.test);
    SuiteOptions options{.parts = parse_suite({"corruptions", "attacks", "frequency"})};
    options.attacks.steps = 5;
    SuiteInput input = digits.input();
    input.first_layer = {10, 64};
    const SuiteResults found = run_suite(input, clean, options);
    REQUIRE(found.corruptions->each.size() == corruptions().size());
    const double mean = found.corruptions->mean_of([](const Corruption&) { return true; });
    CHECK((mean > 0.1 && mean < found.clean_accuracy));
    REQUIRE(found.attacks->each.size() == 3);
    for (const AttackResult& attack : found.attacks->each) {
        CHECK(attack.accuracy <= found.clean_accuracy);
        CHECK(attack.without_slope == 0.0);
    }
    CHECK(found.attacks->each[1].loss >= found.attacks->each[0].loss * 0.9);
    REQUIRE(found.frequency->filters.size() == 6);
    CHECK(found.frequency->filters.back().low >= found.frequency->filters.front().low);
    CHECK((found.frequency->filter_energy > 0.0 && found.frequency->filter_energy < 1.0));

    input.shape = {64, 1, 1};
    const SuiteResults none = run_suite(input, clean, options);
    CHECK(none.corruptions->each.empty());
    CHECK_THAT(none.corruptions->missing, Contains("no images"));
    CHECK_THAT(none.attacks->missing, Contains("no images"));
    CHECK_THAT(none.frequency->missing, Contains("no images"));
    CHECK(none.clean_accuracy == found.clean_accuracy);
}

TEST_CASE("suite: samples made a part at a time are those made at once, with any number of threads",
          "[robustness][suite][threads]") {
    DigitsByMeans digits;
    const auto& bytes = std::get<std::vector<std::uint8_t>>(digits.digits.test.values);
    const auto make = [&](std::size_t sample, std::span<float> raw) {
        for (std::size_t f = 0; f < 64; ++f) raw[f] = bytes[sample * 64 + f];
    };
    const Logits whole = Scorer(digits.network, digits.scaling).logits(digits.digits.test);
    SuiteOptions options{.parts = parse_suite({"robustness"}), .seed = 3};
    options.attacks.steps = 3;
    std::vector<double> first;
    for (const int count : {1, 2, 4}) {
        set_threads(count);
        CHECK(Scorer(digits.network, digits.scaling, 16).logits(digits.digits.test.count, make).values == whole.values);
        const SuiteResults found = run_suite(digits.input(), whole, options);
        std::vector<double> numbers = {found.ood->back().detections[0].auroc,
                                       found.ood->back().detections[2].threshold};
        for (const CorruptionResult& one : found.corruptions->each) numbers.push_back(one.mean());
        for (const AttackResult& one : found.attacks->each) numbers.push_back(one.loss);
        for (const FilterResult& one : found.frequency->filters) numbers.push_back(one.high);
        if (first.empty()) first = numbers;
        CHECK(numbers == first);
    }
    set_threads(1);
}

}  // namespace espalier::robustness
