#include <limits>
#include <mutex>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/parameters/masked_weight.hpp>

namespace espalier::nn {
namespace {

/// Edges are numbered in 32 bits.
void require_places(const Pattern& pattern) {
    if (!pattern.is_full() && pattern.edges() > std::numeric_limits<std::uint32_t>::max()) {
        throw ConfigError("a sparse layer of " + pattern.shape_text() + " keeps " + std::to_string(pattern.edges()) +
                          " weights; at most 4294967295 are possible");
    }
}

/// State of `now` of the new pattern, which was that of `before` of the old one. Rows are the same, so that nothing
/// comes from elsewhere.
template <class T>
AlignedVector<T> moved_state(const PatternUpdate& update, const AlignedVector<T>& state, const ElementRange& before,
                             const ElementRange& now) {
    AlignedVector<T> moved(now.size());
    for (std::size_t k = now.begin; k < now.end; ++k) {
        if (update.source[k] != PatternUpdate::grown_here)
            moved[k - now.begin] = state[update.source[k] - before.begin];
    }
    return moved;
}

}  // namespace

template <class T>
void MaskedWeight<T>::share_state(const StateShare& share) {
    share_ = share;
    parameter_.hold(share.of(pattern_));
    for (auto& state : parameter_.state) state.assign(parameter_.held().size(), T(0));
}

template <class T>
MaskedWeight<T>::MaskedWeight(Pattern pattern, std::vector<std::size_t> shape) : shape_(std::move(shape)) {
    if (shape_.empty()) shape_ = {pattern.rows(), pattern.cols()};
    reset(std::move(pattern));
}

template <class T>
void MaskedWeight<T>::reset(Pattern pattern) {
    require_places(pattern);
    release_transposed();
    pattern_ = std::move(pattern);
    parameter_.values.assign(pattern_.edges(), T(0));
    parameter_.gradient.assign(pattern_.edges(), T(0));
    if (!share_.is_all()) parameter_.hold(share_.of(pattern_));
    for (auto& state : parameter_.state) state.assign(parameter_.held().size(), T(0));
}

template <class T>
void MaskedWeight<T>::apply(PatternUpdate update, bool keep_gradient) {
    require_equal_shape(pattern_, update.pattern, "topology update");
    release_transposed();
    pattern_ = std::move(update.pattern);
    {
        AlignedVector<T> scratch;
        update.apply(parameter_.values, T(0), scratch);
        if (keep_gradient) {
            update.apply(parameter_.gradient, T(0), scratch);
        } else {
            parameter_.gradient.resize(pattern_.edges());
        }
        if (share_.is_all()) {
            for (auto& state : parameter_.state) update.apply(state, T(0), scratch);
            return;
        }
    }
    const ElementRange before = parameter_.held();
    parameter_.hold(share_.of(pattern_));
    for (auto& state : parameter_.state) state = moved_state(update, state, before, parameter_.held());
}

template <class T>
kernels::SparseMatrix<T> MaskedWeight<T>::matrix() const {
    return {pattern_.rows(),   pattern_.cols(), pattern_.offsets(), pattern_.indices(), {},
            parameter_.values, whole_.rows,     whole_.kept};
}

template <class T>
kernels::SparseMatrix<T> MaskedWeight<T>::transposed() const {
    static std::mutex making;  // blocks of a batch may ask at the same time
    const std::lock_guard<std::mutex> lock(making);
    if (!transposed_) transposed_.emplace(pattern_);
    return {pattern_.cols(),   pattern_.rows(),        transposed_->offsets,
            transposed_->rows, transposed_->positions, parameter_.values};
}

template <class T>
std::size_t MaskedWeight<T>::bytes() const {
    const std::size_t stored = pattern_.is_full() ? 0 : pattern_.edges();
    return parameter_.bytes() + stored * 3 * sizeof(std::uint32_t);
}

template class MaskedWeight<float>;
template class MaskedWeight<double>;

}  // namespace espalier::nn
