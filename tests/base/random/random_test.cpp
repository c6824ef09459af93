#include <vector>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>

#include "support.hpp"

namespace espalier {
using Block = std::array<std::uint32_t, 4>;

TEST_CASE("philox: the known answers published with the generator", "[base][random]") {
    CHECK(philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
          Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("stream: the name decides the numbers, and every part of the name counts", "[base][random]") {
    const auto first_words = [](Stream stream) {
        return std::vector<std::uint32_t>{stream(), stream(), stream(), stream(), stream()};
    };
    const auto reference = first_words({7, Purpose::growth, 2, 100});
    CHECK(first_words({7, Purpose::growth, 2, 100}) == reference);
    CHECK(first_words({8, Purpose::growth, 2, 100}) != reference);
    CHECK(first_words({7, Purpose::dropout, 2, 100}) != reference);
    CHECK(first_words({7, Purpose::growth, 3, 100}) != reference);
    CHECK(first_words({7, Purpose::growth, 2, 101}) != reference);
    constexpr std::uint64_t upper = std::uint64_t{1} << 32;  // the upper halves of seed and step count
    CHECK(first_words({7 + upper, Purpose::growth, 2, 100}) != reference);
    CHECK(first_words({7, Purpose::growth, 2, 100 + upper}) != reference);
    CHECK_THROWS_AS(Stream(1, Purpose::growth, 1U << 24), ConfigError);
}

TEST_CASE("stream: random access agrees with drawing in order", "[base][random]") {
    Stream stream(3, Purpose::dropout, 1, 5);
    for (std::uint32_t block = 0; block < 4; ++block) {
        for (const std::uint32_t word : stream.at(block)) CHECK(stream() == word);
    }
}

TEST_CASE("stream: below(n) reaches every number about equally often", "[base][random]") {
    Stream stream(11, Purpose::test);
    std::vector<int> counts(7, 0);
    for (int k = 0; k < 70000; ++k) ++counts[stream.below(7)];
    for (const int count : counts) CHECK(count == Approx(10000).margin(400));  // over four standard deviations
    CHECK(stream.below(1) == 0);
}

}  // namespace espalier
