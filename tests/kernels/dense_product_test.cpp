#include <espalier/kernels/dense_product.hpp>
#include <espalier/kernels/sparse_product.hpp>

#include "kernels/kernel_support.hpp"

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

struct DenseCase {
    std::size_t outputs, inputs, lanes;
    std::vector<float> weights, bias;
    Activations<float> in, grad;

    DenseCase(std::size_t rows, std::size_t cols, std::size_t samples, Stream& stream)
        : outputs(rows),
          inputs(cols),
          lanes(samples),
          weights(random_weights<float>(rows * cols, stream)),
          bias(random_weights<float>(rows, stream)),
          in(random_activations<float>(cols, samples, stream)),
          grad(random_activations<float>(rows, samples, stream)) {}
    /// All ones, for the hostile cases to change.
    DenseCase(std::size_t rows, std::size_t cols, std::size_t samples)
        : outputs(rows),
          inputs(cols),
          lanes(samples),
          weights(rows * cols, 1.0F),
          bias(rows, hostile_term),
          in(cols, samples),
          grad(rows, samples) {
        for (std::size_t c = 0; c < cols; ++c) std::fill_n(in.view().row(c), samples, 1.0F);
        for (std::size_t r = 0; r < rows; ++r) std::fill_n(grad.view().row(r), samples, 1.0F);
    }
    static DenseCase hostile_forward(std::size_t terms) {
        DenseCase c(2, terms, 3);
        for (std::size_t i = 1; i < terms; ++i) std::fill_n(c.in.view().row(i), 3, hostile_term);
        return c;
    }
    static DenseCase hostile_input_gradient(std::size_t terms) {
        DenseCase c(terms, 2, 3);
        for (std::size_t o = 1; o < terms; ++o) std::fill_n(c.grad.view().row(o), 3, hostile_term);
        return c;
    }
    static DenseCase hostile_weight_gradient(std::size_t terms) {
        DenseCase c(2, 3, terms);
        c.grad = hostile_lanes(2, terms);
        return c;
    }
};

/// A sum of products in double, and that of their absolute values.
struct ExactSum {
    double sum = 0.0;
    double scale = 0.0;
    void add(double a, double b) {
        sum += a * b;
        scale += std::abs(a * b);
    }
};

void add_forward_errors(const DenseCase& c, WorstError& error) {
    Activations<float> out(c.outputs, c.lanes);
    dense_forward<float>(c.weights, c.bias.data(), c.in.view(), out.view());
    for (std::size_t o = 0; o < c.outputs; ++o) {
        for (std::size_t lane = 0; lane < c.lanes; ++lane) {
            ExactSum exact;
            exact.add(c.bias[o], 1.0);
            for (std::size_t i = 0; i < c.inputs; ++i) exact.add(c.weights[o * c.inputs + i], c.in.view().row(i)[lane]);
            error.add(out.view().row(o)[lane], exact.sum, exact.scale);
        }
    }
    CHECK(tails_are_zero(out));
}

void add_gradient_errors(const DenseCase& c, WorstError& error) {
    Activations<float> grad_in(c.inputs, c.lanes);
    dense_input_gradient<float>(c.weights, c.grad.view(), grad_in.view());
    std::vector<float> gradient(c.weights.size());
    dense_weight_gradient<float>(c.grad.view(), c.in.view(), 0, c.outputs, gradient);
    for (std::size_t i = 0; i < c.inputs; ++i) {
        for (std::size_t lane = 0; lane < c.lanes; ++lane) {
            ExactSum exact;
            for (std::size_t o = 0; o < c.outputs; ++o)
                exact.add(c.weights[o * c.inputs + i], c.grad.view().row(o)[lane]);
            error.add(grad_in.view().row(i)[lane], exact.sum, exact.scale);
        }
        for (std::size_t o = 0; o < c.outputs; ++o) {
            ExactSum exact;
            for (std::size_t lane = 0; lane < c.lanes; ++lane)
                exact.add(c.grad.view().row(o)[lane], c.in.view().row(i)[lane]);
            error.add(gradient[o * c.inputs + i], exact.sum, exact.scale);
        }
    }
    CHECK(tails_are_zero(grad_in));
}

void add_errors(const DenseCase& c, WorstError& error) {
    add_forward_errors(c, error);
    add_gradient_errors(c, error);
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

TEST_CASE("dense products: within their stated error for every width and instruction set", "[kernels]") {
    INFO(seed_text());
    WorstError error;
    WorstError four_times;  // as many terms as the constant is for
    for_each_instruction_set([&] {
        Stream stream = test_stream();
        for (std::size_t lanes = 1; lanes <= 100; ++lanes) add_errors(DenseCase(5, 7, lanes, stream), error);
        for (const std::size_t lanes : awkward_lanes) add_errors(DenseCase(70, 33, lanes, stream), error);
        set_threads(2);
        add_errors(DenseCase(210, 131, 129, stream), error);  // four tiles of outputs, three of inputs
        set_threads(1);
        for (const std::size_t terms : {1024, 4096}) {
            WorstError& worst = terms == 1024 ? error : four_times;
            add_errors(DenseCase::hostile_forward(terms), worst);
            add_errors(DenseCase::hostile_input_gradient(terms), worst);
            add_errors(DenseCase::hostile_weight_gradient(terms), worst);
        }
    });
    CHECK(error.worst() <= dense_relative_error);
    CHECK(four_times.worst() <= 4 * dense_relative_error);
}

}  // namespace espalier::kernels
