#include <armadillo>
#include <cmath>
#include <numeric>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/relu.hpp>
#include <espalier/kernels/sparse_product.hpp>

#include "sparse_case.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

/// The definition, in double, from the dense mask.
std::vector<std::vector<double>> product_by_definition(const SparseCase& c) {
    const auto in = std::as_const(c.in).view();
    std::vector<std::vector<double>> out(c.pattern.rows(), std::vector<double>(in.lanes));
    for (std::size_t row = 0; row < c.pattern.rows(); ++row) {
        for (std::size_t lane = 0; lane < in.lanes; ++lane) {
            double sum = c.bias[row];
            std::size_t k = c.pattern.row_begin(row);
            for (const std::uint32_t col : c.pattern.row(row)) sum += double{c.values[k++]} * double{in.row(col)[lane]};
            out[row][lane] = sum;
        }
    }
    return out;
}

void check_product(const SparseCase& c) {
    Activations<float> out(c.pattern.rows(), c.in.view().lanes);
    sparse_product(c.matrix(), c.bias.data(), c.in.view(), out.view());
    const auto expected = product_by_definition(c);
    double worst = 0.0;
    for (std::size_t row = 0; row < expected.size(); ++row) {
        for (std::size_t lane = 0; lane < expected[row].size(); ++lane) {
            const double exact = expected[row][lane];
            worst = std::max(worst, std::abs(out.view().row(row)[lane] - exact) / std::abs(exact));
        }
    }
    CHECK(worst <= product_relative_error);
    CHECK(tails_are_zero(out));
}

void check_sampled(const SparseCase& c) {
    std::vector<float> gradient(c.pattern.edges(), -1.0F);
    sampled_product<float>(c.pattern.offsets(), c.pattern.indices(), c.rows.view(), c.in.view(), gradient);
    const auto rows = std::as_const(c.rows).view();
    const auto in = std::as_const(c.in).view();
    double worst = 0.0;
    for (std::size_t row = 0; row < c.pattern.rows(); ++row) {
        std::size_t k = c.pattern.row_begin(row);
        for (const std::uint32_t col : c.pattern.row(row)) {
            double exact = 0.0;
            for (std::size_t lane = 0; lane < in.lanes; ++lane)
                exact += double{rows.row(row)[lane]} * double{in.row(col)[lane]};
            worst = std::max(worst, std::abs(gradient[k++] - exact) / std::abs(exact));
        }
    }
    CHECK(worst <= product_relative_error);
}

}  // namespace

TEST_CASE("sparse product: agrees with its definition for every width, density and instruction set", "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        for (const std::size_t lanes : awkward_lanes) {
            for (const double density : {0.0, 0.05, 0.5, 0.97}) {
                INFO("lanes " << lanes << ", density " << density);
                const SparseCase c(37, 53, density, lanes, stream, true);
                check_product(c);
                check_sampled(c);
            }
        }
        const SparseCase long_rows(3, 4096, 0.999, 128, stream, true);
        check_product(long_rows);
        check_sampled(long_rows);
    });
}

TEST_CASE("sparse product: layers so wide that inputs are taken in blocks", "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        for (const std::size_t lanes : {17, 128, 300}) {
            for (const double density : {0.01, 0.2}) {
                INFO("lanes " << lanes << ", density " << density);
                const SparseCase c(40, 5000, density, lanes, stream, true);
                check_product(c);
                check_sampled(c);
            }
        }
    });
}

TEST_CASE("sparse product: more rows than are walked at once in blocks", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const SparseCase c(4500, 2100, 0.004, 128, stream, true);
    check_product(c);
    check_sampled(c);
}

TEST_CASE("sparse product: a fused leaky ReLU is the one applied afterwards", "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        for (const std::size_t lanes : {1, 20, 128}) {
            for (const float slope : {0.0F, 0.3F}) {
                const SparseCase c(30, 50, 0.3, lanes, stream, false);
                Activations<float> plain(30, lanes);
                Activations<float> fused(30, lanes);
                sparse_product(c.matrix(), c.bias.data(), c.in.view(), plain.view());
                sparse_product(c.matrix(), c.bias.data(), c.in.view(), fused.view(), slope);
                leaky_relu<float>(plain.view(), plain.view(), slope);
                CHECK((bytes_of(plain) == bytes_of(fused)));
            }
        }
    });
}

TEST_CASE("sparse product: agrees with Armadillo's sparse matrices", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const auto& [p, unused] : random_pattern_pairs(40, 60)) {
        if (p.is_full()) continue;
        const std::vector<double> values = random_values(p.edges(), stream);
        const auto in = random_activations<double>(p.cols(), 20, stream);
        arma::sp_mat weights(p.rows(), p.cols());
        std::size_t k = 0;
        for (const std::uint64_t flat : p.flat()) weights(flat / p.cols(), flat % p.cols()) = values[k++];
        arma::mat x(p.cols(), 20);
        for (std::size_t f = 0; f < p.cols(); ++f) {
            for (std::size_t lane = 0; lane < 20; ++lane) x(f, lane) = in.view().row(f)[lane];
        }
        const arma::mat expected = weights * x;
        Activations<double> out(p.rows(), 20);
        sparse_product<double>({p.rows(), p.cols(), p.offsets(), p.indices(), {}, values}, nullptr, in.view(),
                               out.view());
        for (std::size_t f = 0; f < p.rows(); ++f) {
            for (std::size_t lane = 0; lane < 20; ++lane)
                CHECK(out.view().row(f)[lane] == Approx(expected(f, lane)).margin(1e-13));
        }
    }
}

TEST_CASE("sparse product: without bias, values reached through positions", "[kernels]") {
    // rows:   0: 2*in(1)        values in storage order 5, 2, 3; positions pick 2 | 3 5
    //         1: 3*in(0) + 5*in(2)
    for_each_instruction_set([] {
        const std::vector<std::uint64_t> offsets{0, 1, 3};
        const std::vector<std::uint32_t> indices{1, 0, 2};
        const std::vector<std::uint32_t> positions{1, 2, 0};
        const std::vector<float> values{5, 2, 3};
        Activations<float> in(3, 2);
        for (std::size_t f = 0; f < 3; ++f) {
            in.view().row(f)[0] = static_cast<float>(f + 1);
            in.view().row(f)[1] = 10;
        }
        Activations<float> out(2, 2);
        sparse_product<float>({2, 3, offsets, indices, positions, values}, nullptr, in.view(), out.view());
        CHECK(out.view().row(0)[0] == 4);
        CHECK(out.view().row(1)[0] == 18);
        CHECK(out.view().row(0)[1] == 20);
        CHECK(out.view().row(1)[1] == 80);
    });
}

TEST_CASE("sparse product: equal bits for 1, 2 and 4 threads", "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        const SparseCase c(600, 500, 0.1, 130, stream, false);  // enough work that it is dealt to threads
        const auto many = random_activations<float>(4000, 130, stream);
        check_equal_bits([&] {
            Activations<float> out(c.pattern.rows(), 130);
            sparse_product(c.matrix(), c.bias.data(), c.in.view(), out.view());
            return bytes_of(out);
        });
        check_equal_bits([&] {
            std::vector<float> gradient(c.pattern.edges());
            sampled_product<float>(c.pattern.offsets(), c.pattern.indices(), c.rows.view(), c.in.view(), gradient);
            return bytes_of(gradient);
        });
        check_equal_bits([&] {
            std::vector<float> sums(many.view().features);
            sum_lanes<float>(many.view(), sums);
            return bytes_of(sums);
        });
    });
}

TEST_CASE("sampled product: an edge's gradient does not depend on the edges beside it", "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        const SparseCase c(5, 40, 0.6, 128, stream, false);
        std::vector<float> together(c.pattern.edges());
        sampled_product<float>(c.pattern.offsets(), c.pattern.indices(), c.rows.view(), c.in.view(), together);
        std::size_t k = 0;
        for (const std::uint64_t position : c.pattern.flat()) {
            const Pattern alone = Pattern::from_flat(5, 40, std::vector<std::uint64_t>{position});
            std::vector<float> single(1);
            sampled_product<float>(alone.offsets(), alone.indices(), c.rows.view(), c.in.view(), single);
            CHECK(single[0] == together[k++]);
        }
    });
}

TEST_CASE("sparse product: shapes that disagree are refused", "[kernels]") {
    Stream stream = test_stream();
    const SparseCase c(4, 5, 0.5, 8, stream, false);
    Activations<float> wrong_rows(3, 8);
    Activations<float> wrong_lanes(4, 9);
    CHECK_THROWS_AS(sparse_product(c.matrix(), c.bias.data(), c.in.view(), wrong_rows.view()), FormatError);
    CHECK_THROWS_AS(sparse_product(c.matrix(), c.bias.data(), c.in.view(), wrong_lanes.view()), FormatError);
}

TEST_CASE("sum over lanes: within its stated error for every width and instruction set", "[kernels]") {
    INFO(seed_text());
    WorstError error;
    const auto check = [&](const Activations<float>& in) {
        std::vector<float> sums(in.view().features, -1.0F);
        sum_lanes<float>(in.view(), sums);
        for (std::size_t f = 0; f < sums.size(); ++f) {
            double exact = 0.0;
            double scale = 0.0;
            for (std::size_t lane = 0; lane < in.view().lanes; ++lane) {
                exact += in.view().row(f)[lane];
                scale += std::abs(in.view().row(f)[lane]);
            }
            error.add(sums[f], exact, scale);
        }
    };
    for_each_instruction_set([&] {
        Stream stream = test_stream();
        for (std::size_t lanes = 1; lanes <= 100; ++lanes) check(random_activations<float>(7, lanes, stream));
        for (const std::size_t lanes : awkward_lanes) check(random_activations<float>(7, lanes, stream, true));
        for (const std::size_t lanes : {1000, 4095, 4096}) check(hostile_lanes(3, lanes));
        set_threads(2);
        check(random_activations<float>(5003, 130, stream));
        set_threads(1);
    });
    CHECK(error.worst() <= sum_lanes_relative_error);
}

}  // namespace espalier::kernels
