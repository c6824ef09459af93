#pragma once

#include <cstddef>
#include <span>

namespace espalier::topology {

/// How alike every pair of neurons of two equally wide layers is, made row by row when asked for, so that nothing of
/// outputs^2 numbers has to be stored.
class SimilarityRows {
  public:
    SimilarityRows() = default;
    SimilarityRows(const SimilarityRows&) = delete;
    SimilarityRows& operator=(const SimilarityRows&) = delete;
    virtual ~SimilarityRows() = default;

    /// Rows, and columns.
    virtual std::size_t size() const = 0;

    /// similarity[b] of row a with each column, finite and not negative; most are 0 where layers are sparse.
    /// @param similarity  [size()], overwritten
    /// May be called by several threads at once.
    virtual void row(std::size_t a, std::span<double> similarity) const = 0;
};

}  // namespace espalier::topology
