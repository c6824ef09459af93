#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <espalier/base/random/random.hpp>

namespace espalier::sparsity {

/// An ascending set of numbers below `total` (up to 2^64) in about four bytes per member.
///
/// [0, total) is cut into equal runs of at most 2^32 numbers, some sixteen members each; a member is stored as its
/// distance from the beginning of its run.
class Subset {
  public:
    /// @param begins [runs + 1] where each run's members start in `distances`
    Subset(unsigned run_bits, std::vector<std::uint64_t> begins, std::vector<std::uint32_t> distances)
        : run_bits_(run_bits), begins_(std::move(begins)), distances_(std::move(distances)) {}

    std::size_t size() const { return distances_.size(); }

    /// How many members are below a number. O(log of a run's members).
    std::size_t count_below(std::uint64_t number) const {
        const std::uint64_t run = number >> run_bits_;
        return run + 1 >= begins_.size() ? size() : place(run, number);
    }

    /// Calls body(member) for the members in [first, end), ascending.
    template <class Body>
    void for_each(std::uint64_t first, std::uint64_t end, const Body& body) const {
        if (first >= end) return;
        std::uint64_t run = first >> run_bits_;
        for (std::size_t k = count_below(first); k < size(); ++k) {
            while (begins_[run + 1] <= k) ++run;
            const std::uint64_t member = (run << run_bits_) + distances_[k];
            if (member >= end) return;
            body(member);
        }
    }

  private:
    /// The place of the first member not below `number`, which lies in this run.
    std::size_t place(std::uint64_t run, std::uint64_t number) const {
        const auto* first = distances_.data() + begins_[run];
        const auto* last = distances_.data() + begins_[run + 1];
        const auto distance = static_cast<std::uint32_t>(number - (run << run_bits_));
        return static_cast<std::size_t>(std::lower_bound(first, last, distance) - distances_.data());
    }

    unsigned run_bits_;
    std::vector<std::uint64_t> begins_;
    std::vector<std::uint32_t> distances_;
};

/// A uniformly random subset of [0, total) with exactly `count` members. The stream is read from its beginning.
///
/// Numbers are drawn one by one from places of their own in the stream, and whatever came before is thrown away, until
/// enough different ones are there: a uniform choice, and one that threads can share. Duplicates are told by a bitset
/// where `total` is at most 32 times `count`, else by sorting, run by run. Past one half, what is left out is drawn.
/// @throws ConfigError where count > total
/// Cost: O(count) time; 8 bytes per member and less than 2 for tables at most, and 12 for every 2^32 numbers.
Subset random_subset(std::uint64_t total, std::uint64_t count, const Stream& stream);

}  // namespace espalier::sparsity
