#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
    constexpr std::uint64_t multiplier_0 = 0xD2511F53;
    constexpr std::uint64_t multiplier_1 = 0xCD9E8D57;
    constexpr std::uint32_t weyl_0 = 0x9E3779B9;
    constexpr std::uint32_t weyl_1 = 0xBB67AE85;
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t product_0 = multiplier_0 * counter[0];
        const std::uint64_t product_1 = multiplier_1 * counter[2];
        counter = {
            static_cast<std::uint32_t>(product_1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(product_1),
            static_cast<std::uint32_t>(product_0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(product_0)};
        key[0] += weyl_0;
        key[1] += weyl_1;
    }
    return counter;
}

Stream::Stream(std::uint64_t seed, Purpose purpose, std::uint32_t layer, std::uint64_t step)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      counter_{0, (static_cast<std::uint32_t>(purpose) << 24) | layer, static_cast<std::uint32_t>(step),
               static_cast<std::uint32_t>(step >> 32)} {
    if (layer >= (1U << 24))
        throw ConfigError("random stream: layer number " + std::to_string(layer) + " is too large");
}

void Stream::next_block() {
    block_ = philox(counter_, key_);
    ++counter_[0];
    used_ = 0;
}

std::uint64_t Stream::below(std::uint64_t bound) {
    // Numbers past the last whole multiple of the bound are thrown away, so that every residue is equally likely.
    const std::uint64_t whole = bound * (std::numeric_limits<std::uint64_t>::max() / bound);
    std::uint64_t number = 0;
    do {
        const std::uint64_t high = (*this)();
        number = (high << 32) | (*this)();
    } while (number >= whole);
    return number % bound;
}

std::array<std::uint32_t, 4> Stream::at(std::uint32_t block) const {
    return philox({block, counter_[1], counter_[2], counter_[3]}, key_);
}

}  // namespace espalier
