#include <limits>
#include <numeric>

#include <espalier/base/error.hpp>
#include <espalier/base/release.hpp>
#include <espalier/nn/masked_weight.hpp>

namespace espalier::nn {

template <class T>
MaskedWeight<T>::MaskedWeight(Pattern pattern) {
    reset(std::move(pattern));
}

template <class T>
void MaskedWeight<T>::reset(Pattern pattern) {
    pattern_ = std::move(pattern);
    parameter_.values.assign(pattern_.edges(), T(0));
    parameter_.gradient.assign(pattern_.edges(), T(0));
    for (auto& state : parameter_.state) state.assign(pattern_.edges(), T(0));
    derive();
}

template <class T>
void MaskedWeight<T>::release_transposed() {
    release(by_input_offsets_);
    release(by_input_rows_);
    release(by_input_positions_);
}

template <class T>
void MaskedWeight<T>::apply(PatternUpdate update) {
    require_equal_shape(pattern_, update.pattern, "topology update");
    release_transposed();
    pattern_ = std::move(update.pattern);
    {
        AlignedVector<T> scratch;
        update.apply(parameter_.values, T(0), scratch);
        update.apply(parameter_.gradient, T(0), scratch);
        for (auto& state : parameter_.state) update.apply(state, T(0), scratch);
    }
    release(update.source);
    derive();
}

template <class T>
void MaskedWeight<T>::derive() {
    if (pattern_.is_full()) return;
    const std::size_t edges = pattern_.edges();
    if (edges > std::numeric_limits<std::uint32_t>::max()) {
        throw ConfigError("a sparse layer of " + pattern_.shape_text() + " keeps " + std::to_string(edges) +
                          " weights; at most 4294967295 are possible");
    }
    by_input_offsets_.assign(pattern_.cols() + 1, 0);
    by_input_rows_.resize(edges);
    by_input_positions_.resize(edges);
    for (const std::uint32_t input : pattern_.indices()) ++by_input_offsets_[input + 1];
    std::partial_sum(by_input_offsets_.begin(), by_input_offsets_.end(), by_input_offsets_.begin());
    std::vector<std::uint64_t> next(by_input_offsets_.begin(), by_input_offsets_.end() - 1);
    std::uint32_t position = 0;
    for (std::size_t row = 0; row < pattern_.rows(); ++row) {
        for (const std::uint32_t input : pattern_.row(row)) {
            const std::uint64_t place = next[input]++;
            by_input_rows_[place] = static_cast<std::uint32_t>(row);
            by_input_positions_[place] = position++;
        }
    }
}

template <class T>
kernels::SparseMatrix<T> MaskedWeight<T>::matrix() const {
    return {pattern_.rows(), pattern_.cols(), pattern_.offsets(), pattern_.indices(), {}, parameter_.values};
}

template <class T>
kernels::SparseMatrix<T> MaskedWeight<T>::transposed() const {
    return {pattern_.cols(), pattern_.rows(),     by_input_offsets_,
            by_input_rows_,  by_input_positions_, parameter_.values};
}

template <class T>
std::size_t MaskedWeight<T>::bytes() const {
    const std::size_t stored = pattern_.is_full() ? 0 : pattern_.edges();
    return parameter_.bytes() + stored * 3 * sizeof(std::uint32_t);
}

template class MaskedWeight<float>;
template class MaskedWeight<double>;

}  // namespace espalier::nn
