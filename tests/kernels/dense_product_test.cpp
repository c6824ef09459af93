#include <espalier/kernels/dense_product.hpp>
#include <espalier/kernels/sparse_product.hpp>

#include "kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

template <class T>
std::vector<T> random_weights(std::size_t count, Stream& stream) {
    std::vector<T> weights;
    for (const double v : random_values(count, stream)) weights.push_back(static_cast<T>(v));
    return weights;
}

/// A full weight matrix as explicit CSR, so that the sparse kernels can do the dense kernels' work.
struct Explicit {
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> indices;
    Explicit(std::size_t rows, std::size_t cols) {
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t c = 0; c < cols; ++c) indices.push_back(static_cast<std::uint32_t>(c));
            offsets.push_back(indices.size());
        }
    }
};

template <class T>
void check_close(const Activations<T>& a, const Activations<T>& b, double margin) {
    for (std::size_t f = 0; f < a.view().features; ++f) {
        for (std::size_t lane = 0; lane < a.view().lanes; ++lane) {
            CHECK(a.view().row(f)[lane] == Approx(b.view().row(f)[lane]).margin(margin));
        }
    }
}

template <class T>
void check_against_sparse(std::size_t outputs, std::size_t inputs, std::size_t lanes, double margin) {
    Stream stream = test_stream();
    const auto weights = random_weights<T>(outputs * inputs, stream);
    const auto bias = random_weights<T>(outputs, stream);
    const auto in = random_activations<T>(inputs, lanes, stream);
    const auto grad = random_activations<T>(outputs, lanes, stream);

    const Explicit full(outputs, inputs);
    Activations<T> dense(outputs, lanes);
    Activations<T> sparse(outputs, lanes);
    dense_forward<T>(weights, bias.data(), in.view(), dense.view());
    sparse_product<T>({outputs, inputs, full.offsets, full.indices, {}, weights}, bias.data(), in.view(),
                      sparse.view());
    check_close(dense, sparse, margin);
    CHECK(tails_are_zero(dense));

    std::vector<T> dense_gradient(outputs * inputs);
    std::vector<T> sparse_gradient(outputs * inputs);
    dense_weight_gradient<T>(grad.view(), in.view(), 0, outputs, dense_gradient);
    sampled_product<T>(full.offsets, full.indices, grad.view(), in.view(), sparse_gradient);
    for (std::size_t k = 0; k < dense_gradient.size(); ++k) {
        CHECK(dense_gradient[k] == Approx(sparse_gradient[k]).margin(margin));
    }

    std::vector<T> transposed(outputs * inputs);
    for (std::size_t o = 0; o < outputs; ++o) {
        for (std::size_t i = 0; i < inputs; ++i) transposed[i * outputs + o] = weights[o * inputs + i];
    }
    const Explicit turned(inputs, outputs);
    Activations<T> dense_in(inputs, lanes);
    Activations<T> sparse_in(inputs, lanes);
    dense_input_gradient<T>(weights, grad.view(), dense_in.view());
    sparse_product<T>({inputs, outputs, turned.offsets, turned.indices, {}, transposed}, nullptr, grad.view(),
                      sparse_in.view());
    check_close(dense_in, sparse_in, margin);
    CHECK(tails_are_zero(dense_in));
}

}  // namespace

TEST_CASE("dense products: the same as the sparse ones on a full pattern", "[kernels]") {
    INFO(seed_text());
    for (const std::size_t lanes : {1, 17, 128}) {
        check_against_sparse<float>(70, 33, lanes, 1e-4);
        check_against_sparse<double>(70, 33, lanes, 1e-12);
    }
}

TEST_CASE("dense products: rows of the weight gradient do not depend on which rows are asked for", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto in = random_activations<double>(20, 30, stream);
    const auto grad = random_activations<double>(9, 30, stream);
    std::vector<double> all(9 * 20);
    std::vector<double> some(2 * 20);
    dense_weight_gradient<double>(grad.view(), in.view(), 0, 9, all);
    dense_weight_gradient<double>(grad.view(), in.view(), 4, 2, some);
    for (std::size_t k = 0; k < some.size(); ++k) CHECK(some[k] == all[4 * 20 + k]);
}

TEST_CASE("dense products: equal bits for 1, 2 and 4 threads", "[kernels]") {
    INFO(seed_text());
    for (const std::size_t lanes : {1, 128, 131}) {
        Stream stream = test_stream();
        const auto weights = random_weights<float>(std::size_t{600} * 257, stream);
        const auto in = random_activations<float>(257, lanes, stream);
        const auto grad = random_activations<float>(600, lanes, stream);
        check_equal_bits([&] {
            Activations<float> out(600, lanes);
            dense_forward<float>(weights, nullptr, in.view(), out.view());
            return bytes_of(out);
        });
        check_equal_bits([&] {
            Activations<float> out(257, lanes);
            dense_input_gradient<float>(weights, grad.view(), out.view());
            return bytes_of(out);
        });
        check_equal_bits([&] {
            std::vector<float> gradient(weights.size());
            dense_weight_gradient<float>(grad.view(), in.view(), 0, 600, gradient);
            return bytes_of(gradient);
        });
    }
}

}  // namespace espalier::kernels
