#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/ranks/communicator.hpp>
#include <espalier/nn/parameters/state_share.hpp>

namespace espalier::nn {

/// Where arrays are put together again.
enum class Reach : std::uint8_t { first, all };

/// Neurons dealt to ranks: rank r of R has neurons [n r / R, n (r + 1) / R) of a layer of n, and of its arrays the rows
/// that belong to them.
class DealtNeurons {
  public:
    /// @param ranks  a power of two. Outlives this
    /// @throws ConfigError where it is none
    explicit DealtNeurons(Communicator& ranks);

    Communicator& ranks() const { return ranks_; }
    /// Of so many neurons those of a rank, and those of this one.
    ElementRange of(int rank, std::size_t neurons) const;
    ElementRange own(std::size_t neurons) const { return of(ranks_.rank(), neurons); }

    /// What ranks hold of an array, one behind the other; nothing where it does not reach. All ranks call it.
    template <class T>
    std::vector<T> whole(std::span<const T> own, Reach reach) const;
    /// The same of rows; without any where it does not reach.
    Pattern whole(const Pattern& own, Reach reach) const;

  private:
    Communicator& ranks_;
};

/// Rows [begin, end) of a stored pattern.
Pattern rows_of(const Pattern& pattern, const ElementRange& rows);

}  // namespace espalier::nn
