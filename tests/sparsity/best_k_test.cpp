#include <algorithm>
#include <cmath>

#include <espalier/base/error.hpp>
#include <espalier/sparsity/best_k.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("best k: agrees with sorting everything, ties by the lower position, in any order of arrival", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 200; ++round) {
        std::vector<Candidate> all;
        const auto size = static_cast<std::size_t>(stream.below(60));
        for (std::size_t p = 0; p < size; ++p) all.push_back({static_cast<float>(stream.below(6)), p});  // many ties
        const auto k = static_cast<std::size_t>(stream.below(70));
        std::vector<Candidate> shuffled = all;
        for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[stream.below(i)]);
        BestK best(k);
        for (const Candidate& candidate : shuffled) best.add(candidate);

        std::ranges::sort(all, [](const Candidate& a, const Candidate& b) { return a.better_than(b); });
        all.resize(std::min(k, all.size()));
        CHECK(best_positions(best.take(), k) == best_positions(all, k));
    }
}

TEST_CASE("best k: NaN is an error, also when the bound would have sifted it out", "[sparsity]") {
    BestK best(1);
    best.add({5, 0});
    best.add({6, 1});
    CHECK_THROWS_WITH(best.add({std::nanf(""), 7}), Contains("position 7"));
}

}  // namespace espalier::sparsity
