#include <algorithm>
#include <string>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/gemm.hpp>
#include <espalier/kernels/raw.hpp>
#include <espalier/kernels/rows.hpp>
#include <espalier/kernels/scratch_product.hpp>

namespace espalier::kernels {
namespace {

void require(bool holds, const char* kernel) {
    if (!holds) throw FormatError(std::string(kernel) + ": matrix and activations disagree");
}

/// How a matrix is cut: into strips of whole rows, and these into blocks. Tall blocks let GEMM reuse what it packs;
/// where there are rows enough, there are eight strips to deal to threads.
struct Cut {
    std::size_t rows, cols;  ///< of the matrix
    std::size_t strip_rows, block_cols;

    Cut(std::size_t all_rows, std::size_t all_cols)
        : rows(all_rows),
          cols(all_cols),
          strip_rows(std::clamp<std::size_t>((rows + 7) / 8, 64, 256)),
          block_cols(std::clamp<std::size_t>(cols, 1, scratch_block_elements / strip_rows)) {}

    std::size_t strips() const { return (rows + strip_rows - 1) / strip_rows; }
};

/// One strip, seen block by block from left to right.
class Strip {
  public:
    Strip(const Cut& cut, std::size_t number, const std::uint64_t* offsets, const std::uint32_t* indices)
        : first_(number * cut.strip_rows),
          rows_(std::min(cut.strip_rows, cut.rows - first_)),
          all_cols_(cut.cols),
          block_cols_(cut.block_cols),
          offsets_(offsets + first_),
          indices_(indices),
          begin_(rows_),
          end_(offsets_, offsets_ + rows_) {}

    std::size_t first() const { return first_; }
    std::size_t rows() const { return rows_; }
    std::size_t left() const { return left_; }  ///< first column of the block
    std::size_t cols() const { return cols_; }  ///< of the block
    std::size_t size() const { return rows_ * cols_; }

    /// True where going through the block as a whole is faster than edge by edge.
    bool is_crowded() const { return edges_ > size() / 4; }

    /// Goes on to the next block that holds edges; false behind the last.
    bool next_block() {
        for (left_ += cols_; left_ < all_cols_; left_ += cols_) {
            cols_ = std::min(block_cols_, all_cols_ - left_);
            if (find_edges()) return true;
        }
        return false;
    }

    /// visit(k, place) for each edge k of the block; place is row-major in it.
    template <class Visit>
    void for_edges(const Visit& visit) const {
        for (std::size_t r = 0; r < rows_; ++r) {
            const std::size_t row_place = r * cols_ - left_;  // below zero it wraps, and back with the index
            for (std::uint64_t k = begin_[r]; k < end_[r]; ++k) visit(k, row_place + indices_[k]);
        }
    }

  private:
    bool find_edges() {
        const bool is_last = left_ + cols_ == all_cols_;
        edges_ = 0;
        begin_.swap(end_);
        for (std::size_t r = 0; r < rows_; ++r) {
            const std::uint64_t row_end = offsets_[r + 1];
            end_[r] = is_last ? row_end : first_at(begin_[r], row_end, left_ + cols_);
            edges_ += end_[r] - begin_[r];
        }
        return edges_ > 0;
    }

    /// The first of these edges whose column is not left of `col`.
    std::uint64_t first_at(std::uint64_t begin, std::uint64_t end, std::size_t col) const {
        return static_cast<std::uint64_t>(std::lower_bound(indices_ + begin, indices_ + end, col) - indices_);
    }

    std::size_t first_, rows_, all_cols_, block_cols_;
    std::size_t left_ = 0;
    std::size_t cols_ = 0;
    std::size_t edges_ = 0;  // in the block
    const std::uint64_t* offsets_;
    const std::uint32_t* indices_;
    std::vector<std::uint64_t> begin_, end_;  // of each row: the edges in the block
};

/// body(strip number) for each; strips are dealt to threads.
template <class Body>
void for_strips(const Cut& cut, std::size_t lanes, const Body& body) {
    if (cut.rows * cut.cols * lanes < multiply_adds_worth_threads) {
        for (std::size_t s = 0; s < cut.strips(); ++s) body(s);
    } else {
        parallel_for(cut.strips(), body);
    }
}

/// A thread's own memory for one block, kept from call to call.
template <class T, class Purpose>
T* scratch(const Cut& cut) {
    thread_local AlignedVector<T> block;
    if (block.size() < cut.strip_rows * cut.block_cols) block.resize(cut.strip_rows * cut.block_cols, T(0));
    return block.data();
}

struct Weights {};    // all zero between products: only what was spread has to be undone
struct Gradients {};  // anything

template <class T>
void product_strip(const SparseMatrix<T>& matrix, const Cut& cut, Strip strip, View<const T> in, View<T> out) {
    T* const block = scratch<T, Weights>(cut);
    const T* const values = matrix.values.data();
    const std::uint32_t* const positions = matrix.positions.data();
    bool add = false;
    while (strip.next_block()) {
        if (matrix.positions.empty()) {
            strip.for_edges([=](std::uint64_t k, std::size_t place) { block[place] = values[k]; });
        } else {
            strip.for_edges([=](std::uint64_t k, std::size_t place) { block[place] = values[positions[k]]; });
        }
        gemm({'N', 'N', strip.rows(), in.stride, strip.cols(), strip.cols(), in.stride, out.stride, add}, block,
             in.row(strip.left()), out.row(strip.first()));
        if (strip.is_crowded()) {
            std::fill_n(block, strip.size(), T(0));
        } else {
            strip.for_edges([=](std::uint64_t, std::size_t place) { block[place] = T(0); });
        }
        add = true;
    }
    if (!add) std::fill_n(out.row(strip.first()), strip.rows() * out.stride, T(0));
}

template <class T>
void sampled_strip(const Cut& cut, Strip strip, View<const T> rows, View<const T> cols, T* gradient) {
    T* const block = scratch<T, Gradients>(cut);
    while (strip.next_block()) {
        gemm({'N', 'T', strip.rows(), strip.cols(), rows.stride, rows.stride, cols.stride, strip.cols()},
             rows.row(strip.first()), cols.row(strip.left()), block);
        strip.for_edges([=](std::uint64_t k, std::size_t place) { gradient[k] = block[place]; });
    }
}

}  // namespace

template <class T>
void scratch_product(const SparseMatrix<T>& matrix, const T* bias, View<const T> in, View<T> out) {
    require(in.features == matrix.cols && out.features == matrix.rows && in.lanes == out.lanes, "scratch_product");
    const Cut cut(matrix.rows, matrix.cols);
    for_strips(cut, in.stride, [&](std::size_t number) {
        const Strip strip(cut, number, matrix.offsets.data(), matrix.indices.data());
        product_strip(matrix, cut, strip, in, out);
        if (bias != nullptr) simd<T>().add_bias(raw(out), bias, strip.first(), strip.first() + strip.rows());
    });
}

template <class T>
void scratch_sampled_product(std::span<const std::uint64_t> offsets, std::span<const std::uint32_t> indices,
                             View<const T> rows, View<const T> cols, std::span<T> gradient) {
    require(offsets.size() == rows.features + 1 && gradient.size() == indices.size() && rows.lanes == cols.lanes,
            "scratch_sampled_product");
    const Cut cut(rows.features, cols.features);
    for_strips(cut, rows.stride, [&](std::size_t number) {
        sampled_strip(cut, Strip(cut, number, offsets.data(), indices.data()), rows, cols, gradient.data());
    });
}

template void scratch_product(const SparseMatrix<float>&, const float*, View<const float>, View<float>);
template void scratch_product(const SparseMatrix<double>&, const double*, View<const double>, View<double>);
template void scratch_sampled_product(std::span<const std::uint64_t>, std::span<const std::uint32_t>, View<const float>,
                                      View<const float>, std::span<float>);
template void scratch_sampled_product(std::span<const std::uint64_t>, std::span<const std::uint32_t>,
                                      View<const double>, View<const double>, std::span<double>);

}  // namespace espalier::kernels
