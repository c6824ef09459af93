#include <numeric>

#include <espalier/base/random/random_choice.hpp>

#include "uniform.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("random choice: every subset is equally likely", "[base]") {
    INFO(seed_text());
    Stream stream = test_stream();
    std::map<std::vector<std::uint64_t>, std::size_t> counts;
    for (int k = 0; k < 7000; ++k) ++counts[random_choice(7, 3, stream)];
    check_uniform(counts, 35);
    CHECK(random_choice(5, 0, stream).empty());
    CHECK(random_choice(3, 3, stream) == std::vector<std::uint64_t>{0, 1, 2});
}

TEST_CASE("shuffle: every order is equally likely", "[base]") {
    INFO(seed_text());
    Stream stream = test_stream();
    std::map<std::vector<std::uint64_t>, std::size_t> counts;
    for (int k = 0; k < 4800; ++k) {
        std::vector<std::uint32_t> items{0, 1, 2, 3};
        shuffle(items, stream);
        ++counts[{items.begin(), items.end()}];
    }
    check_uniform(counts, 24);
}

TEST_CASE("complement: what a pattern does not keep", "[base]") {
    CHECK(complement(pattern({{1, 0, 1}, {0, 0, 0}, {1, 1, 1}})) == pattern({{0, 1, 0}, {1, 1, 1}, {0, 0, 0}}));
    CHECK(complement(Pattern::full(2, 3)) == Pattern::empty(2, 3));
    CHECK(complement(Pattern::empty(2, 3)) == Pattern::full(2, 3));
}

}  // namespace espalier
