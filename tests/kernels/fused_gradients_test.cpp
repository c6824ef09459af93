#include <espalier/base/text/error.hpp>
#include <espalier/kernels/fused_gradients.hpp>
#include <espalier/kernels/relu.hpp>

#include "sparse_case.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

struct Gradients {
    Activations<float> at_input;
    std::vector<float> of_weights;
};

Gradients fused(const SparseCase& c, float slope = 1.0F) {
    const TransposedCase transposed(c);
    Gradients result{Activations<float>(c.pattern.cols(), c.in.view().lanes),
                     std::vector<float>(c.pattern.edges(), -1.0F)};
    fused_gradients<float>(transposed.matrix, c.rows.view(), c.in.view(), result.at_input.view(), result.of_weights,
                           slope);
    return result;
}

double relative_error(double value, double exact) {
    return exact == 0.0 ? std::abs(value) : std::abs(value - exact) / std::abs(exact);
}

/// Largest relative errors against the definition in double: of the gradient at the inputs and of the weights'.
std::pair<double, double> worst_errors(const SparseCase& c, const Gradients& found) {
    const auto in = c.in.view();
    const auto grad_out = c.rows.view();
    std::vector<double> at_input(in.features * in.lanes, 0.0);
    double of_weights = 0.0;
    std::size_t k = 0;
    for (std::size_t row = 0; row < c.pattern.rows(); ++row) {
        for (const std::uint32_t col : c.pattern.row(row)) {
            double dot = 0.0;
            for (std::size_t lane = 0; lane < in.lanes; ++lane) {
                dot += double{grad_out.row(row)[lane]} * double{in.row(col)[lane]};
                at_input[col * in.lanes + lane] += double{c.values[k]} * double{grad_out.row(row)[lane]};
            }
            of_weights = std::max(of_weights, relative_error(found.of_weights[k], dot));
            ++k;
        }
    }
    double inputs = 0.0;
    for (std::size_t f = 0; f < in.features; ++f) {
        for (std::size_t lane = 0; lane < in.lanes; ++lane) {
            inputs =
                std::max(inputs, relative_error(found.at_input.view().row(f)[lane], at_input[f * in.lanes + lane]));
        }
    }
    return {inputs, of_weights};
}

void check(const SparseCase& c) {
    const Gradients found = fused(c);
    const auto [inputs, of_weights] = worst_errors(c, found);
    CHECK(inputs <= product_relative_error);
    CHECK(of_weights <= product_relative_error);
    CHECK(tails_are_zero(found.at_input));
}

}  // namespace

TEST_CASE("fused gradients: agree with their definition for every width, density and instruction set", "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        for (const std::size_t lanes : awkward_lanes) {
            for (const double density : {0.0, 0.05, 0.5, 0.97}) {
                INFO("lanes " << lanes << ", density " << density);
                check(SparseCase(53, 37, density, lanes, stream, true));
            }
        }
        check(SparseCase(4096, 3, 0.999, 128, stream, true));
    });
}

TEST_CASE("fused gradients: layers so wide that outputs are taken in blocks", "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        for (const std::size_t lanes : {17, 128, 300}) check(SparseCase(5000, 40, 0.02, lanes, stream, true));
    });
}

TEST_CASE("fused gradients: behind a leaky ReLU the gradient is the one before it", "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        const SparseCase c(60, 40, 0.2, 100, stream, false);
        Gradients plain = fused(c);
        const Gradients masked = fused(c, 0.25F);
        leaky_relu_gradient<float>(c.in.view(), plain.at_input.view(), plain.at_input.view(), 0.25F);
        CHECK((bytes_of(plain.at_input) == bytes_of(masked.at_input)));
        CHECK(plain.of_weights == masked.of_weights);
    });
}

TEST_CASE("fused gradients: equal bits for 1, 2 and 4 threads", "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        const SparseCase c(600, 500, 0.1, 130, stream, false);  // enough work that it is dealt to threads
        check_equal_bits([&] {
            const Gradients found = fused(c);
            std::vector<std::byte> bytes = bytes_of(found.at_input);
            const auto weights = bytes_of(found.of_weights);
            bytes.insert(bytes.end(), weights.begin(), weights.end());
            return bytes;
        });
    });
}

TEST_CASE("fused gradients: shapes that disagree are refused", "[kernels]") {
    Stream stream = test_stream();
    const SparseCase c(4, 5, 0.5, 8, stream, false);
    const TransposedCase transposed(c);
    Activations<float> wrong(4, 8);
    std::vector<float> gradient(c.pattern.edges());
    CHECK_THROWS_AS(
        fused_gradients<float>(transposed.matrix, c.rows.view(), c.in.view(), wrong.view(), std::span<float>(gradient)),
        FormatError);
}

TEST_CASE("fused gradients: of outputs and inputs in pieces, one after the other, the bits are those of all",
          "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        for (const std::size_t lanes : {1, 40, 300}) {
            const SparseCase c(5000, 41, 0.02, lanes, stream, false);
            const Gradients whole = fused(c, 0.25F);
            Gradients found{Activations<float>(41, lanes), std::vector<float>(c.pattern.edges(), -1.0F)};
            for (const auto& [begin, end] :
                 {std::pair<std::size_t, std::size_t>{0, 1700}, {1700, 1700}, {1700, 5000}}) {
                const std::size_t first = c.pattern.row_begin(begin);
                std::vector<std::uint64_t> flat;
                for (const std::uint64_t position : c.pattern.flat()) {
                    if (position / 41 >= begin && position / 41 < end) flat.push_back(position - begin * 41);
                }
                SparseCase some = c;
                some.pattern = Pattern::from_flat(end - begin, 41, flat);
                some.values.assign(c.values.begin() + static_cast<std::ptrdiff_t>(first),
                                   c.values.begin() + static_cast<std::ptrdiff_t>(first + flat.size()));
                const TransposedCase transposed(some);
                const auto rows = c.rows.view();
                for (const auto& [from, to] : {std::pair<std::size_t, std::size_t>{0, 13}, {13, 41}}) {
                    SparseMatrix<float> part = transposed.matrix;
                    part.rows = to - from;
                    part.offsets = transposed.matrix.offsets.subspan(from, to - from + 1);
                    part.whole_rows = 41;
                    part.whole_edges = flat.size();
                    const auto in = c.in.view();
                    const auto at = found.at_input.view();
                    fused_gradients<float>(
                        part, {rows.row(begin), end - begin, lanes, rows.stride},
                        {in.row(from), to - from, lanes, in.stride}, {at.row(from), to - from, lanes, at.stride},
                        std::span(found.of_weights).subspan(first, flat.size()), end == 5000 ? 0.25F : 1.0F, begin > 0);
                }
            }
            CHECK((bytes_of(found.at_input) == bytes_of(whole.at_input)));
            CHECK((found.of_weights == whole.of_weights));
        }
    });
}

}  // namespace espalier::kernels
