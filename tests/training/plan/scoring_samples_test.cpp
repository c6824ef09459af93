#include <algorithm>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/training/plan/scoring_samples.hpp>

#include "support.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("scoring samples: as many of each class, from the training part, another choice by another seed",
          "[training][saliency]") {
    const data::Dataset digits = data::load_dataset("digits", "");
    const data::Split split = data::split_off_validation(digits.train.count, 0.1);
    const data::Standardisation plain = data::standardisation(digits, split.training, data::Standardise::none);
    const ScoringData data{digits, split.training, plain};
    const auto halves = scoring_samples(data, 7, 2, 1);
    REQUIRE(halves.size() == 2);
    std::vector<int> of_class(10, 0);
    for (const sparsity::Samples& half : halves) {
        CHECK(half.labels.size() == 35);
        CHECK(half.inputs.view().lanes == 35);
        CHECK(half.inputs.view().features == 64);
        for (const std::uint32_t label : half.labels) ++of_class[label];
    }
    CHECK(std::ranges::all_of(of_class, [](int count) { return count == 7; }));
    CHECK(std::set(halves[0].labels.begin(), halves[0].labels.end()).size() > 5);  // not sorted by class
    const auto again = scoring_samples(data, 7, 2, 1);
    CHECK(again[0].labels == halves[0].labels);
    CHECK(scoring_samples(data, 7, 1, 2)[0].labels != scoring_samples(data, 7, 1, 1)[0].labels);
    std::size_t in_three = 0;  // 70 are no multiple of 3
    for (const sparsity::Samples& third : scoring_samples(data, 7, 3, 1)) in_three += third.labels.size();
    CHECK(in_three == 70);
    // More than there are: all.
    CHECK(scoring_samples(data, 100000, 1, 1)[0].labels.size() == split.training.size());
    const ScoringData one{digits, {0, 1}, plain};
    CHECK_THROWS_WITH(scoring_samples(one, 7, 2, 1), Contains("needs 2 batches") && Contains("1 samples"));
}

}  // namespace espalier::training
