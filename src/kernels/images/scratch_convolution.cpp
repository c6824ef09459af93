#include <algorithm>

#include <espalier/kernels/images/scratch_convolution.hpp>

namespace espalier::kernels {
namespace {

/// Numbers of a gradient at all positions that are there at a time: 4 MiB of floats.
constexpr std::size_t scratch_gradient_elements = std::size_t{1} << 20;

/// The matrix with its zeros, in the thread's own memory.
template <class T>
SparseMatrix<T> spread(const SparseMatrix<T>& matrix) {
    thread_local AlignedVector<T> values;
    values.assign(matrix.rows * matrix.cols, T(0));
    for (std::size_t row = 0; row < matrix.rows; ++row) {
        for (std::uint64_t k = matrix.offsets[row]; k < matrix.offsets[row + 1]; ++k)
            values[row * matrix.cols + matrix.indices[k]] = matrix.values[k];
    }
    return {matrix.rows, matrix.cols, {}, {}, {}, values};
}

}  // namespace

template <class T>
void scratch_convolve(const ConvolutionShape& shape, const SparseMatrix<T>& weights, const T* bias, View<const T> in,
                      View<T> out, T slope) {
    convolve<T>(shape, spread(weights), bias, in, out, slope);
}

template <class T>
void scratch_convolve_gradient(const ConvolutionShape& shape, const SparseMatrix<T>& weights, View<const T> grad_out,
                               View<T> grad_in, bool adds) {
    convolve_gradient<T>(shape, spread(weights), grad_out, grad_in, adds);
}

template <class T>
void scratch_weight_gradient(const ConvolutionShape& shape, std::span<const std::uint64_t> offsets,
                             std::span<const std::uint32_t> indices, View<const T> grad_out, View<const T> in,
                             std::span<T> gradient) {
    thread_local AlignedVector<T> scratch;
    const std::size_t rows =
        std::clamp<std::size_t>(scratch_gradient_elements / shape.columns(), 1, shape.out.channels);
    scratch.resize(rows * shape.columns());
    for (std::size_t first = 0; first < shape.out.channels; first += rows) {
        const std::size_t count = std::min(rows, shape.out.channels - first);
        convolution_weight_gradient<T>(shape, {}, {}, first, count, grad_out, in,
                                       std::span(scratch).first(count * shape.columns()));
        for (std::size_t r = 0; r < count; ++r) {
            for (std::uint64_t k = offsets[first + r]; k < offsets[first + r + 1]; ++k)
                gradient[k] = scratch[r * shape.columns() + indices[k]];
        }
    }
}

#define ESPALIER_INSTANTIATE(T)                                                                                       \
    template void scratch_convolve(const ConvolutionShape&, const SparseMatrix<T>&, const T*, View<const T>, View<T>, \
                                   T);                                                                                \
    template void scratch_convolve_gradient(const ConvolutionShape&, const SparseMatrix<T>&, View<const T>, View<T>,  \
                                            bool);                                                                    \
    template void scratch_weight_gradient(const ConvolutionShape&, std::span<const std::uint64_t>,                    \
                                          std::span<const std::uint32_t>, View<const T>, View<const T>, std::span<T>);
ESPALIER_INSTANTIATE(float)
ESPALIER_INSTANTIATE(double)
#undef ESPALIER_INSTANTIATE

}  // namespace espalier::kernels
