#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/scratch_product.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

template <class T>
struct Case {
    Pattern pattern;
    std::vector<T> values;
    std::vector<T> bias;
    Activations<T> in;
    Activations<T> rows;

    Case(Pattern given, std::size_t lanes, Stream& stream, bool positive)
        : pattern(std::move(given)),
          in(random_activations<T>(pattern.cols(), lanes, stream, positive)),
          rows(random_activations<T>(pattern.rows(), lanes, stream, positive)) {
        for (const double v : random_values(pattern.edges(), stream)) values.push_back(T(positive ? 1.5 + v : v));
        for (const double v : random_values(pattern.rows(), stream)) bias.push_back(T(positive ? 1.5 + v : v));
    }
    SparseMatrix<T> matrix() const {
        return {pattern.rows(), pattern.cols(), pattern.offsets(), pattern.indices(), {}, values};
    }
};

/// The largest error against the definition in double, relative to the exact value.
template <class T>
double product_error(const Case<T>& c) {
    Activations<T> out(c.pattern.rows(), c.in.view().lanes);
    std::fill_n(out.view().data, out.view().features * out.view().stride, T(7));  // must be overwritten
    scratch_product(c.matrix(), c.bias.data(), c.in.view(), out.view());
    CHECK(tails_are_zero(out));
    double worst = 0.0;
    for (std::size_t row = 0; row < c.pattern.rows(); ++row) {
        for (std::size_t lane = 0; lane < c.in.view().lanes; ++lane) {
            double exact = c.bias[row];
            std::size_t k = c.pattern.row_begin(row);
            for (const std::uint32_t col : c.pattern.row(row))
                exact += double{c.values[k++]} * double{c.in.view().row(col)[lane]};
            worst = std::max(worst, std::abs(out.view().row(row)[lane] - exact) / std::abs(exact));
        }
    }
    return worst;
}

template <class T>
double sampled_error(const Case<T>& c) {
    std::vector<T> gradient(c.pattern.edges(), T(-1));
    scratch_sampled_product<T>(c.pattern.offsets(), c.pattern.indices(), c.rows.view(), c.in.view(), gradient);
    double worst = 0.0;
    for (std::size_t row = 0; row < c.pattern.rows(); ++row) {
        std::size_t k = c.pattern.row_begin(row);
        for (const std::uint32_t col : c.pattern.row(row)) {
            double exact = 0.0;
            for (std::size_t lane = 0; lane < c.in.view().lanes; ++lane)
                exact += double{c.rows.view().row(row)[lane]} * double{c.in.view().row(col)[lane]};
            worst = std::max(worst, std::abs(gradient[k++] - exact) / std::abs(exact));
        }
    }
    return worst;
}

/// The transposed matrix, whose values stay where they are.
struct Turned {
    Pattern pattern;
    std::vector<std::uint32_t> positions;

    explicit Turned(const Pattern& original) : pattern(original.transposed()) {
        for (std::size_t row = 0; row < pattern.rows(); ++row) {
            for (const std::uint32_t col : pattern.row(row)) {
                const auto edges = original.row(col);
                const auto found = std::ranges::lower_bound(edges, static_cast<std::uint32_t>(row));
                positions.push_back(static_cast<std::uint32_t>(original.row_begin(col)) +
                                    static_cast<std::uint32_t>(found - edges.begin()));
            }
        }
    }
};

/// Columns enough that a strip has several blocks, with a block and whole rows left empty.
Pattern wide_pattern(Stream& stream) {
    const std::size_t cols = scratch_block_elements / 64 * 3 + 100;
    const Pattern random = random_pattern(70, cols, 0.01, stream);
    std::vector<std::uint64_t> kept;
    for (const std::uint64_t flat : random.flat()) {
        const std::uint64_t row = flat / cols;
        const std::uint64_t col = flat % cols;
        const bool in_second_block = col >= scratch_block_elements / 64 && col < scratch_block_elements / 64 * 2;
        if (row % 7 != 3 && row < 64 && !in_second_block) kept.push_back(flat);
    }
    return Pattern::from_flat(70, cols, kept);
}

}  // namespace

TEST_CASE("scratch product: agrees with its definition for every width and density", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const std::size_t lanes : awkward_lanes) {
        for (const double density : {0.0, 0.05, 0.5, 0.97}) {
            INFO("lanes " << lanes << ", density " << density);
            const Case<float> c(random_pattern(37, 53, density, stream), lanes, stream, true);
            CHECK(product_error(c) <= scratch_relative_error);
            CHECK(sampled_error(c) <= scratch_relative_error);
        }
    }
    const Case<float> long_rows(random_pattern(3, 4096, 0.999, stream), 128, stream, true);
    CHECK(product_error(long_rows) <= scratch_relative_error);
    CHECK(sampled_error(long_rows) <= scratch_relative_error);
    const Case<double> in_double(random_pattern(150, 90, 0.4, stream), 33, stream, true);
    CHECK(product_error(in_double) <= 1e-13);
    CHECK(sampled_error(in_double) <= 1e-13);
}

TEST_CASE("scratch product: several strips and blocks, some of them empty", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Case<float> wide(wide_pattern(stream), 17, stream, true);
    CHECK(product_error(wide) <= scratch_relative_error);
    CHECK(sampled_error(wide) <= scratch_relative_error);
    constexpr std::size_t one_more = scratch_block_elements / 64 + 1;  // of 64 rows: a last block of one column
    const Case<float> narrow_end(random_pattern(3, one_more, 0.999, stream), 4, stream, true);
    CHECK(product_error(narrow_end) <= scratch_relative_error);
    CHECK(sampled_error(narrow_end) <= scratch_relative_error);
    const Case<float> tall(random_pattern(1500, 40, 0.3, stream), 20, stream, true);
    CHECK(product_error(tall) <= scratch_relative_error);
    CHECK(sampled_error(tall) <= scratch_relative_error);
    CHECK(product_error(wide) <= scratch_relative_error);  // the scratch was left clean
}

TEST_CASE("scratch product: transposed through positions, without bias", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const double density : {0.1, 0.9}) {
        const Case<double> c(random_pattern(130, 75, density, stream), 20, stream, false);
        const Turned turned(c.pattern);
        const SparseMatrix<double> matrix{
            75, 130, turned.pattern.offsets(), turned.pattern.indices(), turned.positions, c.values};
        Activations<double> scratch(75, 20);
        Activations<double> sparse(75, 20);
        scratch_product<double>(matrix, nullptr, c.rows.view(), scratch.view());
        sparse_product<double>(matrix, nullptr, c.rows.view(), sparse.view());
        CHECK(tails_are_zero(scratch));
        for (std::size_t f = 0; f < 75; ++f) {
            for (std::size_t lane = 0; lane < 20; ++lane)
                CHECK(scratch.view().row(f)[lane] == Approx(sparse.view().row(f)[lane]).margin(1e-12));
        }
    }
}

TEST_CASE("scratch product: equal bits for 1, 2 and 4 threads", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    std::vector<Case<float>> cases;
    cases.emplace_back(random_pattern(600, 500, 0.4, stream), 130, stream, false);
    cases.emplace_back(wide_pattern(stream), 17, stream, false);
    for (const Case<float>& c : cases) {
        check_equal_bits([&] {
            Activations<float> out(c.pattern.rows(), c.in.view().lanes);
            scratch_product(c.matrix(), c.bias.data(), c.in.view(), out.view());
            return bytes_of(out);
        });
        check_equal_bits([&] {
            std::vector<float> gradient(c.pattern.edges());
            scratch_sampled_product<float>(c.pattern.offsets(), c.pattern.indices(), c.rows.view(), c.in.view(),
                                           gradient);
            return bytes_of(gradient);
        });
    }
}

TEST_CASE("scratch product: matrices without rows, columns or edges", "[kernels]") {
    Stream stream = test_stream();
    for (const auto& [rows, cols] : {std::pair<std::size_t, std::size_t>{0, 5}, {5, 0}, {5, 6}}) {
        const Case<float> c(Pattern::from_flat(rows, cols, {}), 3, stream, true);
        CHECK(product_error(c) == 0.0);  // the bias alone
        CHECK(sampled_error(c) == 0.0);
    }
}

TEST_CASE("scratch product: shapes that disagree are refused", "[kernels]") {
    Stream stream = test_stream();
    const Case<float> c(random_pattern(4, 5, 0.5, stream), 8, stream, false);
    Activations<float> wrong_rows(3, 8);
    Activations<float> wrong_lanes(4, 9);
    std::vector<float> wrong_size(c.pattern.edges() + 1);
    CHECK_THROWS_AS(scratch_product(c.matrix(), c.bias.data(), c.in.view(), wrong_rows.view()), FormatError);
    CHECK_THROWS_AS(scratch_product(c.matrix(), c.bias.data(), c.in.view(), wrong_lanes.view()), FormatError);
    CHECK_THROWS_AS(scratch_sampled_product<float>(c.pattern.offsets(), c.pattern.indices(), c.rows.view(), c.in.view(),
                                                   wrong_size),
                    FormatError);
}

}  // namespace espalier::kernels
