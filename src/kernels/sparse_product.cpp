#include <string>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/blocking.hpp>
#include <espalier/kernels/raw.hpp>
#include <espalier/kernels/rows.hpp>
#include <espalier/kernels/sparse_product.hpp>

namespace espalier::kernels {
namespace {

void require(bool holds, const char* kernel, const std::string& detail) {
    if (!holds) throw FormatError(std::string(kernel) + ": " + detail);
}

template <class T>
std::vector<T> single_lane(View<const T> in) {
    std::vector<T> x(in.features);
    for (std::size_t f = 0; f < in.features; ++f) x[f] = *in.row(f);
    return x;
}

}  // namespace

template <class T>
void sparse_product(const SparseMatrix<T>& matrix, const T* bias, View<const T> in, View<T> out, T slope) {
    require(in.features == matrix.cols && out.features == matrix.rows && in.lanes == out.lanes, "sparse_product",
            "a matrix of " + std::to_string(matrix.rows) + "x" + std::to_string(matrix.cols) + " between " +
                std::to_string(in.features) + "x" + std::to_string(in.lanes) + " and " + std::to_string(out.features) +
                "x" + std::to_string(out.lanes));
    const ProductArguments<T> arguments{matrix.cols,
                                        matrix.offsets.data(),
                                        matrix.indices.data(),
                                        matrix.positions.empty() ? nullptr : matrix.positions.data(),
                                        matrix.values.data(),
                                        bias,
                                        raw(in),
                                        raw(out),
                                        {slope},
                                        blocking(matrix, in.stride * sizeof(T))};
    if (in.lanes == 1 && matrix.positions.empty()) {
        const std::vector<T> x = single_lane(in);
        for_balanced_rows(matrix.offsets, 1, [&](std::size_t begin, std::size_t end) {
            simd<T>().matrix_vector(arguments, x.data(), begin, end);
        });
        return;
    }
    for_balanced_rows(matrix.offsets, in.stride,
                      [&](std::size_t begin, std::size_t end) { simd<T>().sparse_product(arguments, begin, end); });
}

template <class T>
void sampled_product(std::span<const std::uint64_t> offsets, std::span<const std::uint32_t> indices, View<const T> rows,
                     View<const T> cols, std::span<T> gradient) {
    require(offsets.size() == rows.features + 1 && gradient.size() == indices.size() && rows.lanes == cols.lanes,
            "sampled_product", "pattern, gradient and activations disagree");
    const SampledArguments<T> arguments{
        cols.features,
        offsets.data(),
        indices.data(),
        raw(rows),
        raw(cols),
        gradient.data(),
        blocking(rows.features, cols.features, indices.size(), rows.stride * sizeof(T))};
    for_balanced_rows(offsets, rows.stride,
                      [&](std::size_t begin, std::size_t end) { simd<T>().sampled_product(arguments, begin, end); });
}

template <class T>
void sum_lanes(View<const T> in, std::span<T> sums) {
    for_equal_rows(in.features, in.stride,
                   [&](std::size_t begin, std::size_t end) { simd<T>().sum_lanes(raw(in), sums.data(), begin, end); });
}

template void sparse_product(const SparseMatrix<float>&, const float*, View<const float>, View<float>, float);
template void sparse_product(const SparseMatrix<double>&, const double*, View<const double>, View<double>, double);
template void sampled_product(std::span<const std::uint64_t>, std::span<const std::uint32_t>, View<const float>,
                              View<const float>, std::span<float>);
template void sampled_product(std::span<const std::uint64_t>, std::span<const std::uint32_t>, View<const double>,
                              View<const double>, std::span<double>);
template void sum_lanes(View<const float>, std::span<float>);
template void sum_lanes(View<const double>, std::span<double>);

}  // namespace espalier::kernels
