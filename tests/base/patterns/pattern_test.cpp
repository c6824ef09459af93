#include <algorithm>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/text/error.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("pattern: rows, flat positions and transpose of a drawn mask", "[base][pattern]") {
    //           inputs 0 1 2
    // output 0:        x x .
    // output 1:        . . .
    // output 2:        . x x
    const Pattern p = pattern({{1, 1, 0}, {0, 0, 0}, {0, 1, 1}});
    CHECK(p.edges() == 4);
    CHECK(p.density() == Approx(4.0 / 9.0));
    CHECK(std::ranges::equal(p.row(0), std::vector<std::uint32_t>{0, 1}));
    CHECK(p.row(1).empty());
    CHECK(p.row_begin(2) == 2);
    CHECK(p.flat() == std::vector<std::uint64_t>{0, 1, 7, 8});
    CHECK(p.contains(2, 1));
    CHECK_FALSE(p.contains(2, 0));
    CHECK(p.transposed() == pattern({{1, 0, 0}, {1, 0, 1}, {0, 0, 1}}));
}

TEST_CASE("pattern: built by rows, and the union of two that share nothing, on any number of threads",
          "[base][pattern]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern all = random_pattern(400, 500, 0.5, stream);
    const auto part = [&](std::uint32_t rest) {  // every other edge
        return Pattern::by_rows(
            400, 500, 1'000'000,
            [&](std::size_t row) {
                return static_cast<std::size_t>(std::ranges::count(all.row(row), rest, [](auto c) { return c % 2; }));
            },
            [&](std::size_t row, std::span<std::uint32_t> to) {
                std::ranges::copy_if(all.row(row), to.begin(), [&](std::uint32_t col) { return col % 2 == rest; });
            });
    };
    for (const int count : {1, 2, 4}) {
        set_threads(count);
        CHECK(disjoint_union(part(0), part(1)) == all);
        CHECK_THROWS_AS(disjoint_union(part(0), all), FormatError);
    }
    set_threads(1);
    CHECK(Pattern::empty(3, 4).edges() == 0);
    CHECK(Pattern::empty(3, 4).positions() == 12);
}

TEST_CASE("pattern: a full one stores one row of indices and equals its stored twin", "[base][pattern]") {
    const Pattern full = Pattern::full(3, 4);
    CHECK(full.is_full());
    CHECK(full.edges() == 12);
    CHECK(full.indices().size() == 4);
    CHECK(full.row(2).size() == 4);
    CHECK(full.row_begin(2) == 8);
    CHECK(full == Pattern::from_flat(3, 4, full.flat()));
    CHECK(full.transposed() == Pattern::full(4, 3));
    CHECK_FALSE(full == Pattern::full(4, 3));
}

TEST_CASE("pattern: flat positions and transposing round-trip on random masks", "[base][pattern]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(100, 30)) {
        CHECK(Pattern::from_flat(a.rows(), a.cols(), a.flat()) == a);
        CHECK(a.transposed().transposed() == a);
        std::size_t common = 0;
        for (std::size_t row = 0; row < a.rows(); ++row) common += count_common(a.row(row), b.row(row));
        const auto x = dense(a);
        const auto y = dense(b);
        std::size_t expected = 0;
        for (std::size_t row = 0; row < a.rows(); ++row) {
            for (std::size_t col = 0; col < a.cols(); ++col)
                expected += static_cast<std::size_t>(x[row][col] * y[row][col]);
        }
        CHECK(common == expected);
    }
}

TEST_CASE("pattern: what is not a CSR pattern is refused with its place", "[base][pattern]") {
    CHECK_THROWS_WITH(Pattern(2, 3, {0, 1}, {0}), Contains("2 entries") && Contains("need 3"));
    CHECK_THROWS_WITH(Pattern(2, 3, {1, 1, 1}, {0}), Contains("starts at 1"));
    CHECK_THROWS_WITH(Pattern(2, 3, {0, 2, 1}, {0}), Contains("decreases at row 1"));
    CHECK_THROWS_WITH(Pattern(2, 3, {0, 1, 3}, {0}), Contains("ends at 3"));
    CHECK_THROWS_WITH(Pattern(2, 3, {0, 1, 2}, {0, 3}), Contains("row 1") && Contains("index 3"));
    CHECK_THROWS_WITH(Pattern(2, 3, {0, 2, 2}, {1, 0}), Contains("row 0") && Contains("ascend"));
    CHECK_THROWS_WITH(Pattern(2, 3, {0, 2, 2}, {1, 1}), Contains("duplicates"));
    CHECK_THROWS_AS(Pattern::from_flat(2, 3, std::vector<std::uint64_t>{6}), FormatError);
    CHECK_THROWS_AS(Pattern::full(std::size_t{1} << 33, 1), FormatError);
}

}  // namespace espalier
