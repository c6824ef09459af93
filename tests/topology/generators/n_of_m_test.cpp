#include <espalier/topology/generators/n_of_m.hpp>

#include "topology/generator_battery.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("n_of_m: N of every M consecutive inputs of every output", "[topology][generators]") {
    INFO(seed_text());
    for (std::uint32_t k = 0; k < 60; ++k) {
        Stream stream = test_stream(k);
        const std::size_t group = 1 + stream.below(8);
        const std::size_t kept = stream.below(group + 1);
        const std::size_t rows = 1 + stream.below(9);
        const std::size_t cols = group * (1 + stream.below(6));
        const Pattern drawn = n_of_m(rows, cols, kept, group, stream);
        for (std::size_t row = 0; row < rows; ++row) {
            std::vector<std::size_t> of_group(cols / group, 0);
            for (const std::uint32_t col : drawn.row(row)) ++of_group[col / group];
            CHECK(of_group == std::vector<std::size_t>(cols / group, kept));
        }
    }
}

TEST_CASE("n_of_m: every choice in a group is equally likely", "[topology][generators]") {
    INFO(seed_text());
    Stream stream = test_stream();
    std::map<std::vector<std::uint64_t>, std::size_t> counts;
    for (int k = 0; k < 7200; ++k) ++counts[n_of_m(1, 8, 2, 4, stream).flat()];
    check_uniform(counts, 36);
}

TEST_CASE("n_of_m: seeds, and what is refused", "[topology][generators]") {
    const auto drawn = [](std::uint32_t number) {
        Stream stream = test_stream(number);
        return n_of_m(8, 16, 2, 4, stream);
    };
    CHECK(drawn(1) == drawn(1));
    CHECK_FALSE(drawn(1) == drawn(2));
    Stream stream = test_stream();
    CHECK_THROWS_WITH(n_of_m(3, 10, 2, 4, stream), Contains("groups of 4 inputs do not divide 10"));
    CHECK_THROWS_WITH(n_of_m(3, 10, 5, 4, stream), Contains("5 of every 4"));
    CHECK_THROWS_AS(n_of_m(3, 10, 0, 0, stream), ConfigError);
    CHECK(n_of_m(3, 8, 4, 4, stream).is_full());
}

}  // namespace espalier::topology
