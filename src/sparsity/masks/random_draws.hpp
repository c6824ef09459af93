#pragma once

#include <cstdint>

#include <espalier/base/random/random.hpp>

namespace espalier::sparsity {

/// Numbers uniform in [0, total), each with a place of its own in a stream, so that any thread can draw any of them.
///
/// A 64-bit word x gives floor(x * total / 2^64); the few words that would make some numbers likelier are passed over
/// (Lemire, "Fast random integer generation in an interval", ACM TOMACS 2019): a place may give nothing.
class Draws {
  public:
    /// @param total above 0
    Draws(const Stream& stream, std::uint64_t total)
        : stream_(stream), total_(total), unfair_((std::uint64_t{0} - total) % total) {}

    /// Calls body(number) for the places [begin, end); two of them share a block of the stream.
    template <class Body>
    void for_each(std::uint64_t begin, std::uint64_t end, const Body& body) const {
        for (std::uint64_t place = begin; place < end;) {
            const auto words = stream_.at(static_cast<std::uint32_t>(place / 2));
            if (place % 2 == 0) draw(words[0], words[1], body);
            if (place % 2 == 1 || place + 1 < end) draw(words[2], words[3], body);
            place += 2 - place % 2;
        }
    }

  private:
    template <class Body>
    void draw(std::uint64_t high, std::uint64_t low, const Body& body) const {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>((high << 32) | low) * total_;
        if (static_cast<std::uint64_t>(product) >= unfair_) body(static_cast<std::uint64_t>(product >> 64));
    }

    const Stream& stream_;
    std::uint64_t total_;
    std::uint64_t unfair_;  // 2^64 mod total: products with a lower half below it come once too often
};

}  // namespace espalier::sparsity
