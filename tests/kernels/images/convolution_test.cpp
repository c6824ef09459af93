#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/images/scratch_convolution.hpp>

#include "convolution_case.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

ConvolutionShape shape_of(const Image& in, std::size_t outputs, const Window& window, std::size_t groups = 1) {
    return {in, {outputs, window.rows.windows(in.height), window.cols.windows(in.width)}, window, groups};
}

/// [features][lanes] in double.
using Table = std::vector<std::vector<double>>;

template <class T>
double worst_difference(const Image& image, View<const T> found, const Table& expected) {
    double worst = 0.0;
    double largest = 1e-30;
    for (std::size_t f = 0; f < image.features(); ++f) {
        for (std::size_t lane = 0; lane < found.lanes; ++lane) {
            largest = std::max(largest, std::abs(expected[f][lane]));
            worst = std::max(worst, std::abs(double{element(found, image.place(f), lane)} - expected[f][lane]));
        }
    }
    return worst / largest;
}

/// The transposed layout of a pattern, by sorting.
template <class T>
struct Transposed {
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint32_t> rows, positions;

    explicit Transposed(const Pattern& pattern) : offsets(pattern.cols() + 1) {
        if (pattern.is_full()) {
            offsets.clear();
            return;
        }
        std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>> of_col(pattern.cols());
        std::uint32_t k = 0;
        for (std::uint32_t row = 0; row < pattern.rows(); ++row) {
            for (const std::uint32_t col : pattern.row(row)) of_col[col].emplace_back(row, k++);
        }
        for (std::size_t col = 0; col < pattern.cols(); ++col) {
            for (const auto& [row, place] : of_col[col]) {
                rows.push_back(row);
                positions.push_back(place);
            }
            offsets[col + 1] = rows.size();
        }
    }
    SparseMatrix<T> matrix(const ConvolutionCase<T>& c) const {
        return {c.pattern.cols(), c.pattern.rows(), offsets, rows, positions, c.values};
    }
};

template <class T>
void check_case(const ConvolutionCase<T>& c, double tolerance) {
    const std::size_t lanes = c.in.view().lanes;
    Table out(c.shape.out.features(), std::vector<double>(lanes));
    Table grad_in(c.shape.in.features(), std::vector<double>(lanes));
    std::vector<std::vector<double>> gradient(1, std::vector<double>(c.pattern.edges()));
    for (std::size_t f = 0; f < out.size(); ++f) out[f].assign(lanes, double{c.bias[f / c.shape.out.pixels()]});
    c.for_products([&](std::size_t k, std::size_t o, std::size_t i, std::size_t to, std::size_t from) {
        const std::size_t y = o * c.shape.out.pixels() + to;
        const std::size_t x = i * c.shape.in.pixels() + from;
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const double in = double{element(c.in.view(), c.shape.in.place(x), lane)};
            const double back = double{element(c.grad_out.view(), c.shape.out.place(y), lane)};
            out[y][lane] += double{c.values[k]} * in;
            grad_in[x][lane] += double{c.values[k]} * back;
            gradient[0][k] += back * in;
        }
    });

    Activations<T> found;
    found.resize(c.shape.out.room(), lanes, Layout::lane_blocks);
    convolve<T>(c.shape, c.matrix(), c.bias.data(), c.in.view(), found.view());
    CHECK(worst_difference<T>(c.shape.out, std::as_const(found).view(), out) <= tolerance);
    CHECK(margins_are_zero<T>(c.shape.out, std::as_const(found).view()));
    convolve<T>(c.shape, c.matrix(), c.bias.data(), c.in.view(), found.view(), T(0.25));
    for (std::vector<double>& row : out) {
        for (double& value : row) value *= value > 0.0 ? 1.0 : 0.25;
    }
    CHECK(worst_difference<T>(c.shape.out, std::as_const(found).view(), out) <= tolerance);

    found.resize(c.shape.in.room(), lanes, Layout::lane_blocks);
    for (std::size_t b = 0; b < found.view().blocks(); ++b) {
        for (std::size_t f = 0; f < c.shape.in.room(); ++f)
            std::fill_n(found.view().block(b).row(f), found.view().block(b).lanes, T(7));
    }
    const Transposed<T> transposed(c.pattern);
    convolve_gradient<T>(c.shape, transposed.matrix(c), c.grad_out.view(), found.view());
    CHECK(worst_difference<T>(c.shape.in, std::as_const(found).view(), grad_in) <= tolerance);
    CHECK(margins_are_zero<T>(c.shape.in, std::as_const(found).view()));

    std::vector<T> weights(c.pattern.edges(), T(7));
    convolution_weight_gradient<T>(c.shape, c.pattern.offsets(), c.pattern.indices(), 0, c.shape.out.channels,
                                   c.grad_out.view(), c.in.view(), weights);
    double largest = 1e-30;
    double worst = 0.0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
        largest = std::max(largest, std::abs(gradient[0][k]));
        worst = std::max(worst, std::abs(double{weights[k]} - gradient[0][k]));
    }
    CHECK(worst <= tolerance * largest);
}

/// The mask with every third output emptied: what it gives is its bias alone.
Pattern with_empty_rows(const Pattern& mask) {
    std::vector<std::uint64_t> kept;
    for (const std::uint64_t position : mask.flat()) {
        if (position / mask.cols() % 3 != 1) kept.push_back(position);
    }
    return Pattern::from_flat(mask.rows(), mask.cols(), kept);
}

double fraction(Stream& stream) {
    return 0.5 + 0.5 * random_values(1, stream)[0];
}

std::size_t drawn(Stream& stream, std::size_t least, std::size_t most) {
    return least + static_cast<std::size_t>(fraction(stream) * static_cast<double>(most - least) + 0.5);
}

Axis random_axis(Stream& stream, std::size_t& side) {
    for (;;) {
        const Axis axis{drawn(stream, 1, 5), drawn(stream, 1, 3), drawn(stream, 1, 2), drawn(stream, 0, 3),
                        drawn(stream, 0, 3)};
        side = drawn(stream, 1, 13);
        if (axis.windows(side) > 0) return axis;
    }
}

}  // namespace

TEMPLATE_TEST_CASE("convolution: products and gradients of any shape are those of the definition", "[kernels][images]",
                   float, double) {
    Stream stream = test_stream();
    INFO(seed_text());
    const double tolerance = std::is_same_v<TestType, float> ? 2e-6 : 1e-14;
    for (int n = 0; n < 60; ++n) {
        const std::size_t groups = drawn(stream, 1, 3);
        Image in{groups * drawn(stream, 1, 5), 1, 1};
        const Axis rows = random_axis(stream, in.height);
        const Axis cols = random_axis(stream, in.width);
        ConvolutionShape shape = shape_of(in, groups * drawn(stream, 1, 4), {rows, cols}, groups);
        shape.in.border = drawn(stream, 0, 2);
        shape.out.border = drawn(stream, 0, 2);
        const double density = n % 4 == 0 ? 1.0 : fraction(stream);
        Pattern mask = n % 8 == 0 ? Pattern::full(shape.out.channels, shape.columns())
                                  : random_pattern(shape.out.channels, shape.columns(), density, stream);
        const std::size_t lanes = std::array<std::size_t, 6>{1, 5, 16, 17, 32, 64}[static_cast<std::size_t>(n) % 6];
        CAPTURE(in.channels, in.height, in.width, shape.in.border, shape.out.border, shape.out.channels, groups, lanes,
                density, rows.kernel, rows.stride, rows.dilation, rows.before, rows.after, cols.kernel, cols.stride,
                cols.dilation, cols.before, cols.after);
        check_case(ConvolutionCase<TestType>(shape, std::move(mask), lanes, stream), tolerance);
    }
}

TEST_CASE("convolution: shapes of networks, in tiles and blocks of channels", "[kernels][images]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const Axis same{3, 1, 1, 1, 1};
    const Axis halved{3, 2, 1, 1, 1};
    const Axis point_halved{1, 2, 1, 0, 0};
    const Axis large{51, 1, 1, 25, 25};
    const Axis five{5, 1, 1, 2, 2};
    struct Named {
        const char* name;
        ConvolutionShape shape;
        double density;
        std::size_t lanes;
    };
    for (const Named& n : {Named{"3x3 at 32x32", shape_of({16, 32, 32}, 16, {same, same}), 0.1, 32},
                           Named{"many channels", shape_of({300, 4, 4}, 40, {same, same}), 0.05, 64},
                           Named{"stride 2", shape_of({24, 16, 16}, 48, {halved, halved}), 0.2, 16},
                           Named{"1x1 stride 2", shape_of({24, 16, 16}, 48, {point_halved, point_halved}), 0.3, 16},
                           Named{"windows that leave pixels out", shape_of({6, 13, 15}, 7, {{2, 2}, {2, 2}}), 0.6, 32},
                           Named{"one pixel", shape_of({200, 1, 1}, 30, {same, same}), 0.3, 128},
                           Named{"two pixels", shape_of({64, 2, 2}, 64, {same, same}), 0.1, 128},
                           Named{"depthwise", shape_of({40, 8, 8}, 40, {same, same}, 40), 0.5, 16},
                           Named{"51x5", shape_of({4, 12, 12}, 4, {large, five}, 4), 0.4, 20}}) {
        INFO(n.name);
        Pattern mask = random_pattern(n.shape.out.channels, n.shape.columns(), n.density, stream);
        check_case(ConvolutionCase<float>(n.shape, mask, n.lanes, stream), 2e-6);
        check_case(ConvolutionCase<float>(n.shape, with_empty_rows(mask), n.lanes, stream), 2e-6);
        ConvolutionShape bordered = n.shape;
        bordered.in = with_border(bordered.in);
        bordered.out = with_border(bordered.out);
        check_case(ConvolutionCase<float>(bordered, std::move(mask), n.lanes, stream), 2e-6);
    }
}

TEST_CASE("convolution: by scratch the products are those of the definition, too", "[kernels][images]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const Axis same{3, 1, 1, 1, 1};
    const Axis halved{3, 2, 1, 1, 1};
    for (const Axis& axis : {same, halved}) {
        ConvolutionShape shape = shape_of({7, 13, 13}, 9, {axis, axis});
        shape.in = with_border(shape.in);
        const ConvolutionCase<double> c(shape, random_pattern(9, shape.columns(), 0.7, stream), 20, stream);
        const Transposed<double> transposed(c.pattern);
        Activations<double> found, expected;
        const auto compare = [&](const Image& image, const auto& sparse, const auto& dense) {
            found.resize(image.room(), 20, Layout::lane_blocks);
            expected.resize(image.room(), 20, Layout::lane_blocks);
            sparse(expected.view());
            dense(found.view());
            double worst = 0.0;
            for (std::size_t k = 0; k < found.view().elements(); ++k)
                worst = std::max(worst, std::abs(found.view().data[k] - expected.view().data[k]));
            CHECK(worst < 1e-12);
        };
        compare(
            shape.out, [&](View<double> out) { convolve<double>(shape, c.matrix(), c.bias.data(), c.in.view(), out); },
            [&](View<double> out) { scratch_convolve<double>(shape, c.matrix(), c.bias.data(), c.in.view(), out); });
        compare(
            shape.in,
            [&](View<double> in) { convolve_gradient<double>(shape, transposed.matrix(c), c.grad_out.view(), in); },
            [&](View<double> in) { scratch_convolve_gradient<double>(shape, c.matrix(), c.grad_out.view(), in); });
        std::vector<double> sparse(c.pattern.edges()), dense(c.pattern.edges());
        convolution_weight_gradient<double>(shape, c.pattern.offsets(), c.pattern.indices(), 0, 9, c.grad_out.view(),
                                            c.in.view(), sparse);
        scratch_weight_gradient<double>(shape, c.pattern.offsets(), c.pattern.indices(), c.grad_out.view(), c.in.view(),
                                        dense);
        for (std::size_t k = 0; k < sparse.size(); ++k) CHECK(std::abs(sparse[k] - dense[k]) < 1e-12);
    }
}

TEST_CASE("convolution: a sample alone gives what it gives among others", "[kernels][images]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (int n = 0; n < 40; ++n) {
        const std::size_t groups = drawn(stream, 1, 2);
        Image in{groups * drawn(stream, 1, 20), 1, 1};
        const Axis rows = random_axis(stream, in.height);
        const Axis cols = random_axis(stream, in.width);
        ConvolutionShape shape = shape_of(in, groups * drawn(stream, 1, 9), {rows, cols}, groups);
        shape.in.border = drawn(stream, 0, 1);
        shape.out.border = drawn(stream, 0, 1);
        CAPTURE(in.channels, in.height, in.width, shape.out.channels, groups);
        const Pattern mask = random_pattern(shape.out.channels, shape.columns(), 0.5, stream);
        const ConvolutionCase<float> c(shape, mask, 3, stream);
        Activations<float> together, alone_in, alone;
        together.resize(shape.out.room(), 3, Layout::lane_blocks);
        alone_in.resize(shape.in.room(), 1, Layout::lane_blocks);
        alone.resize(shape.out.room(), 1, Layout::lane_blocks);
        convolve<float>(shape, c.matrix(), c.bias.data(), c.in.view(), together.view(), 0.25F);
        for (std::size_t place = 0; place < shape.in.room(); ++place)
            *alone_in.view().row(place) = c.in.view().row(place)[2];
        convolve<float>(shape, c.matrix(), c.bias.data(), std::as_const(alone_in).view(), alone.view(), 0.25F);
        double worst = 0.0;
        double largest = 1e-30;
        for (std::size_t place = 0; place < shape.out.room(); ++place) {
            const double expected = together.view().row(place)[2];
            largest = std::max(largest, std::abs(expected));
            worst = std::max(worst, std::abs(*alone.view().row(place) - expected));
        }
        CHECK(worst <= 2e-6 * largest);
        CHECK(margins_are_zero<float>(shape.out, std::as_const(alone).view()));
    }
}

TEST_CASE("convolution: equal bits for any number of threads", "[kernels][images]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const Axis same{3, 1, 1, 1, 1};
    ConvolutionShape shape = shape_of({32, 16, 16}, 32, {same, same});
    shape.in.border = 1;
    const ConvolutionCase<float> c(shape, random_pattern(32, shape.columns(), 0.2, stream), 64, stream);
    const Transposed<float> transposed(c.pattern);
    std::vector<std::vector<float>> results;
    for (const int count : {1, 2, 3}) {
        set_threads(count);
        Activations<float> out(1, 1);
        out.resize(shape.out.room(), 64, Layout::lane_blocks);
        convolve<float>(shape, c.matrix(), c.bias.data(), c.in.view(), out.view());
        std::vector<float> bits(out.view().data, out.view().data + shape.out.room() * 64);
        out.resize(shape.in.room(), 64, Layout::lane_blocks);
        convolve_gradient<float>(shape, transposed.matrix(c), c.grad_out.view(), out.view());
        bits.insert(bits.end(), out.view().data, out.view().data + shape.in.room() * 64);
        std::vector<float> weights(c.pattern.edges());
        convolution_weight_gradient<float>(shape, c.pattern.offsets(), c.pattern.indices(), 0, 32, c.grad_out.view(),
                                           c.in.view(), weights);
        bits.insert(bits.end(), weights.begin(), weights.end());
        results.push_back(std::move(bits));
    }
    set_threads(1);
    CHECK(results[0] == results[1]);
    CHECK(results[0] == results[2]);
}

TEST_CASE("convolution: the gradient of some rows at every position is that of the pattern there",
          "[kernels][images]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const Axis same{3, 2, 1, 1, 1};
    const ConvolutionShape shape = shape_of({12, 9, 9}, 10, {same, same}, 2);
    const ConvolutionCase<double> c(shape, random_pattern(10, shape.columns(), 0.4, stream), 32, stream);
    std::vector<double> sparse(c.pattern.edges());
    convolution_weight_gradient<double>(shape, c.pattern.offsets(), c.pattern.indices(), 0, 10, c.grad_out.view(),
                                        c.in.view(), sparse);
    for (std::size_t first = 0; first < 10; first += 3) {
        const std::size_t count = std::min<std::size_t>(3, 10 - first);
        std::vector<double> dense(count * shape.columns());
        convolution_weight_gradient<double>(shape, {}, {}, first, count, c.grad_out.view(), c.in.view(), dense);
        for (std::size_t r = 0; r < count; ++r) {
            std::size_t k = c.pattern.row_begin(first + r);
            for (const std::uint32_t col : c.pattern.row(first + r))
                CHECK(std::abs(sparse[k++] - dense[r * shape.columns() + col]) < 1e-12);
        }
    }
}

TEST_CASE("convolution: sums of channels", "[kernels][images]") {
    Stream stream = test_stream();
    INFO(seed_text());
    ConvolutionShape shape = shape_of({5, 6, 7}, 5, {});
    shape.in.border = 1;
    const ConvolutionCase<float> c(shape, Pattern::full(5, 5), 37, stream);
    std::vector<float> sums(5);
    sum_channels<float>(shape.in, c.in.view(), sums);
    for (std::size_t channel = 0; channel < 5; ++channel) {
        double sum = 0.0;
        for (std::size_t f = channel * 42; f < (channel + 1) * 42; ++f) {
            for (std::size_t lane = 0; lane < 37; ++lane) sum += double{element(c.in.view(), shape.in.place(f), lane)};
        }
        CHECK(std::abs(sums[channel] - sum) < 1e-4);
    }
}

TEST_CASE("convolution: activations that are not the shape's are refused", "[kernels][images]") {
    const ConvolutionShape shape = shape_of({5, 6, 7}, 5, {});
    Activations<float> in(210, 32);
    Activations<float> out(210, 32);
    const std::vector<float> values(25);
    const SparseMatrix<float> matrix{5, 5, {}, {}, {}, values};
    CHECK_THROWS_AS(convolve<float>(shape, matrix, nullptr, in.view(), out.view()), FormatError);  // rows
    in.resize(209, 32, Layout::lane_blocks);
    out.resize(210, 32, Layout::lane_blocks);
    CHECK_THROWS_AS(convolve<float>(shape, matrix, nullptr, in.view(), out.view()), FormatError);
}

}  // namespace espalier::kernels
