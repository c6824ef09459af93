#include <algorithm>

#include <espalier/kernels/tree_sum.hpp>

namespace espalier::kernels {
namespace {

/// So many elements of all blocks of a usual count stay in the nearest cache until their sum is complete.
constexpr std::size_t elements_at_once = 1024;

}  // namespace

template <class T>
void tree_sum(std::span<T* const> blocks, std::size_t count, T* out) {
    for (std::size_t begin = 0; begin < count; begin += elements_at_once) {
        const std::size_t end = std::min(count, begin + elements_at_once);
        const T* sum = join_by_tree(blocks, [=](T* left, const T* right) {
            for (std::size_t k = begin; k < end; ++k) left[k] += right[k];
        });
        if (sum != nullptr && sum != out) std::copy(sum + begin, sum + end, out + begin);
    }
}

template void tree_sum(std::span<float* const>, std::size_t, float*);
template void tree_sum(std::span<double* const>, std::size_t, double*);

}  // namespace espalier::kernels
