#include <espalier/base/text/error.hpp>
#include <espalier/kernels/blocking.hpp>
#include <espalier/kernels/fused_gradients.hpp>
#include <espalier/kernels/raw.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {

template <class T>
void fused_gradients(const SparseMatrix<T>& transposed, View<const T> grad_out, View<const T> in, View<T> grad_in,
                     std::span<T> gradient, T slope, bool adds) {
    const bool fits = in.features == transposed.rows && grad_in.features == transposed.rows &&
                      grad_out.features == transposed.cols && in.lanes == grad_out.lanes && in.lanes == grad_in.lanes &&
                      gradient.size() == transposed.indices.size() && transposed.positions.size() == gradient.size();
    if (!fits) throw FormatError("fused_gradients: matrix, gradient and activations disagree");
    const FusedGradientArguments<T> arguments{transposed.cols,
                                              transposed.offsets.data(),
                                              transposed.indices.data(),
                                              transposed.positions.data(),
                                              transposed.values.data(),
                                              raw(grad_out),
                                              raw(in),
                                              raw(grad_in),
                                              gradient.data(),
                                              {slope},
                                              blocking(transposed, in.stride * sizeof(T)),
                                              adds};
    for_balanced_rows(transposed.offsets, 2 * in.stride,
                      [&](std::size_t begin, std::size_t end) { simd<T>().fused_gradients(arguments, begin, end); });
}

template void fused_gradients(const SparseMatrix<float>&, View<const float>, View<const float>, View<float>,
                              std::span<float>, float, bool);
template void fused_gradients(const SparseMatrix<double>&, View<const double>, View<const double>, View<double>,
                              std::span<double>, double, bool);

}  // namespace espalier::kernels
