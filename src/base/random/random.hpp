#pragma once

#include <array>
#include <cstdint>
#include <limits>

namespace espalier {

/// What a random number is for. Two purposes never share numbers; a new purpose is added at the end, so that it shifts
/// nothing that exists.
enum class Purpose : std::uint8_t {
    weight_init,
    mask_init,
    data_order,
    augmentation,
    dropout,
    growth,
    score_noise,
    ticket_sampling,
    test,
    dataset,
    graph_sampling,
    rewiring,
    metric_sample,
    input_noise,
    feature_sample,
    growth_values,
    score_samples,
    unit_states,
    corruption,
    attack,
};

/// One block of Philox4x32-10: a bijection of 128-bit counters under a 64-bit key.
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011; definitions.md 1.4.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// A stream of random numbers named by (seed, purpose, layer, step): a counter, no state to save.
///
/// The same name gives the same numbers, whatever else draws, so a resumed run repeats an uninterrupted one and adding
/// a consumer of randomness shifts no other. A UniformRandomBitGenerator of 32-bit words: use it with the distributions
/// of Boost.Random, whose results (unlike those of `<random>`) do not depend on the standard library.
///
/// A stream holds 2^34 words; the layer is below 2^24.
class Stream {
  public:
    using result_type = std::uint32_t;

    /// @param seed     of the run, with all 64 bits
    /// @param purpose  what the numbers are for
    /// @param layer    which layer they are for, below 2^24; 0 where there is none
    /// @param step     which update or epoch they are for
    Stream(std::uint64_t seed, Purpose purpose, std::uint32_t layer = 0, std::uint64_t step = 0);

    /// The least word.
    static constexpr result_type min() { return 0; }
    /// The greatest word: all 32 bits are random.
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

    /// The next word.
    result_type operator()() {
        if (used_ == block_.size()) next_block();
        return block_[used_++];
    }

    /// Uniform integer in [0, bound), bound > 0; exact (rejection), 64 bits.
    std::uint64_t below(std::uint64_t bound);

    /// The four words at a place of their own: random access, so that threads can share a stream without order.
    std::array<std::uint32_t, 4> at(std::uint32_t block) const;

    /// The key that at() feeds the generator: for kernels that compute many blocks side by side.
    const std::array<std::uint32_t, 2>& key() const { return key_; }
    /// The counter that at() feeds the generator; its word 0 is the block.
    const std::array<std::uint32_t, 4>& counter() const { return counter_; }

  private:
    void next_block();

    std::array<std::uint32_t, 2> key_;
    std::array<std::uint32_t, 4> counter_;
    std::array<std::uint32_t, 4> block_{};
    std::size_t used_ = 4;
};

}  // namespace espalier
