#include <espalier/kernels/srelu.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

struct SreluCase {
    Activations<float> in, grad;
    std::vector<float> left, left_slope, right, right_slope;

    SreluCase(std::size_t features, std::size_t lanes, Stream& stream)
        : in(random_activations<float>(features, lanes, stream)),
          grad(random_activations<float>(features, lanes, stream)) {
        for (std::vector<float>* array : {&left, &left_slope, &right, &right_slope}) {
            for (const double v : random_values(features, stream)) array->push_back(static_cast<float>(v));
        }
    }
    /// One feature, all lanes at `x` = -2 or 2, one away from a threshold; gradients that sum badly.
    SreluCase(float x, std::size_t lanes)
        : in(1, lanes), grad(hostile_lanes(1, lanes)), left{-1}, left_slope{0.3F}, right{2}, right_slope{0.7F} {
        std::fill_n(in.view().row(0), lanes, x);
    }
    SreluArrays<const float> parameters() const {
        return {left.data(), left_slope.data(), right.data(), right_slope.data()};
    }
};

void add_value_errors(const SreluCase& c, WorstError& error) {
    const auto in = c.in.view();
    Activations<float> out(in.features, in.lanes);
    srelu<float>(in, out.view(), c.parameters());
    for (std::size_t f = 0; f < in.features; ++f) {
        const double left = c.left[f];
        const double right = left + std::abs(double{c.right[f]});
        const double threshold = std::abs(left) + std::abs(double{c.right[f]});
        for (std::size_t lane = 0; lane < in.lanes; ++lane) {
            const double x = in.row(f)[lane];
            const double slope = x >= right ? c.right_slope[f] : c.left_slope[f];
            const double origin = x >= right ? right : left;
            const bool between = x > left && x < right;
            error.add(out.view().row(f)[lane], between ? x : origin + slope * (x - origin),
                      between ? std::abs(x) : threshold + std::abs(slope) * (std::abs(x) + threshold));
        }
    }
    CHECK(tails_are_zero(out));
}

/// A parameter's gradient and the sum of its absolute terms.
struct ParameterSum {
    double sum = 0.0;
    double scale = 0.0;
    void add(double term, double absolute) {
        sum += term;
        scale += absolute;
    }
};

void add_gradient_errors(const SreluCase& c, WorstError& at_input, WorstError& error) {
    const auto in = c.in.view();
    Activations<float> grad_in(in.features, in.lanes);
    std::vector<float> d_left(in.features), d_left_slope(in.features), d_right(in.features), d_right_slope(in.features);
    srelu_gradient<float>(in, c.grad.view(), grad_in.view(), c.parameters(),
                          {d_left.data(), d_left_slope.data(), d_right.data(), d_right_slope.data()});
    for (std::size_t f = 0; f < in.features; ++f) {
        const double left = c.left[f];
        const double right = c.left[f] + std::abs(c.right[f]);  // rounded to float
        const double threshold = std::abs(left) + std::abs(double{c.right[f]});
        ParameterSum at_left, at_left_slope, at_right, at_right_slope;
        for (std::size_t lane = 0; lane < in.lanes; ++lane) {
            const double x = in.row(f)[lane];
            const double g = c.grad.view().row(f)[lane];
            const bool above = x >= right;
            const bool outside = above || x <= left;
            const double slope = above ? c.right_slope[f] : c.left_slope[f];
            at_input.add(grad_in.view().row(f)[lane], outside ? g * slope : g);
            if (!outside) continue;
            const double distance = above ? x - (left + std::abs(double{c.right[f]})) : x - left;
            const double absolute = std::abs(g) * (1.0 + std::abs(slope));
            at_left.add(g * (1.0 - slope), absolute);
            if (above) at_right.add(g * (1.0 - slope) * (c.right[f] < 0 ? -1.0 : 1.0), absolute);
            (above ? at_right_slope : at_left_slope).add(g * distance, std::abs(g) * (std::abs(x) + threshold));
        }
        error.add(d_left[f], at_left.sum, at_left.scale);
        error.add(d_left_slope[f], at_left_slope.sum, at_left_slope.scale);
        error.add(d_right[f], at_right.sum, at_right.scale);
        error.add(d_right_slope[f], at_right_slope.sum, at_right_slope.scale);
    }
    CHECK(tails_are_zero(grad_in));
}

}  // namespace

TEST_CASE("srelu: below, between and above the thresholds", "[kernels]") {
    // thresholds -1 and -1 + |-3| = 2, slopes 0.5 and 2
    for_each_instruction_set([] {
        const float left = -1, left_slope = 0.5F, right = -3, right_slope = 2;
        const SreluArrays<const float> p{&left, &left_slope, &right, &right_slope};
        const std::vector<float> x{-3, -1, 0, 1.5F, 2, 4};
        const std::vector<float> expected{-2, -1, 0, 1.5F, 2, 6};
        Activations<float> in(1, x.size());
        std::copy(x.begin(), x.end(), in.view().row(0));
        Activations<float> out(1, x.size());
        srelu<float>(in.view(), out.view(), p);
        for (std::size_t lane = 0; lane < x.size(); ++lane) CHECK(out.view().row(0)[lane] == expected[lane]);
        CHECK(tails_are_zero(out));

        Activations<float> ones(1, x.size());
        std::fill_n(ones.view().row(0), x.size(), 1.0F);
        Activations<float> grad_in(1, x.size());
        float d_left = 0, d_left_slope = 0, d_right = 0, d_right_slope = 0;
        srelu_gradient<float>(in.view(), ones.view(), grad_in.view(), p,
                              {&d_left, &d_left_slope, &d_right, &d_right_slope});
        const std::vector<float> slopes{0.5F, 0.5F, 1, 1, 2, 2};
        for (std::size_t lane = 0; lane < x.size(); ++lane) CHECK(grad_in.view().row(0)[lane] == slopes[lane]);
        CHECK(d_left == 2 * 0.5F + 2 * -1.0F);  // two lanes below, two above, whose threshold moves along
        CHECK(d_left_slope == -2.0F);
        CHECK(d_right == 2.0F);  // the stored threshold is negative: its absolute value shrinks as it grows
        CHECK(d_right_slope == 2.0F);
    });
}

TEST_CASE("srelu: equal bits for 1, 2 and 4 threads", "[kernels]") {
    Stream stream = test_stream();
    const auto in = random_activations<float>(5000, 100, stream);
    const std::vector<float> t(5000, 0.1F), a(5000, 0.3F);
    check_equal_bits([&] {
        std::vector<float> gradients(20000);
        float* g = gradients.data();
        Activations<float> grad_in(5000, 100);
        srelu_gradient<float>(in.view(), in.view(), grad_in.view(), {t.data(), a.data(), t.data(), a.data()},
                              {g, g + 5000, g + 10000, g + 15000});
        return bytes_of(gradients);
    });
}

TEST_CASE("srelu: value and gradient within their stated errors for every width and instruction set", "[kernels]") {
    INFO(seed_text());
    WorstError value;
    WorstError gradient;
    const auto check = [&](const SreluCase& c) {
        add_value_errors(c, value);
        add_gradient_errors(c, value, gradient);
    };
    for_each_instruction_set([&] {
        Stream stream = test_stream();
        for (std::size_t lanes = 1; lanes <= 100; ++lanes) check(SreluCase(7, lanes, stream));
        for (const std::size_t lanes : awkward_lanes) check(SreluCase(20, lanes, stream));
        for (const std::size_t lanes : {1000, 4095, 4096}) {
            check(SreluCase(-2.0F, lanes));
            check(SreluCase(2.0F, lanes));
        }
        set_threads(2);
        check(SreluCase(5003, 130, stream));
        set_threads(1);
    });
    CHECK(value.worst() <= srelu_relative_error);
    CHECK(gradient.worst() <= srelu_gradient_relative_error);
}

}  // namespace espalier::kernels
