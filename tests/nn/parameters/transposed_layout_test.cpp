#include <espalier/base/threads/threads.hpp>
#include <espalier/nn/parameters/transposed_layout.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

void check(const Pattern& pattern) {
    const TransposedLayout layout(pattern);
    const Pattern expected = pattern.transposed();
    REQUIRE(std::ranges::equal(layout.offsets, expected.offsets()));
    REQUIRE(std::ranges::equal(layout.rows, expected.indices()));
    for (std::size_t input = 0; input < pattern.cols(); ++input) {
        for (std::uint64_t k = layout.offsets[input]; k < layout.offsets[input + 1]; ++k) {
            const std::uint32_t position = layout.positions[k];
            if (pattern.indices()[position] != input || position < pattern.row_begin(layout.rows[k]) ||
                position >= pattern.row_begin(layout.rows[k] + 1)) {
                FAIL("input " << input << ": position " << position << " is not that of row " << layout.rows[k]);
            }
        }
    }
}

}  // namespace

TEST_CASE("transposed layout: small patterns, empty rows and empty columns", "[nn]") {
    check(Pattern::from_flat(3, 4, std::vector<std::uint64_t>{1, 4, 7, 8}));
    check(Pattern::from_flat(2, 5, std::vector<std::uint64_t>{}));
    INFO(seed_text());
    for (const auto& [pattern, unused] : random_pattern_pairs(40, 60)) {
        if (!pattern.is_full()) check(pattern);
    }
}

TEST_CASE("transposed layout: large enough to be dealt to threads, and the same for any number of them", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern pattern = random_pattern(700, 900, 0.5, stream);
    check_equal_bits([&] {
        check(pattern);
        return bytes_of(TransposedLayout(pattern).positions);
    });
}

}  // namespace espalier::nn
