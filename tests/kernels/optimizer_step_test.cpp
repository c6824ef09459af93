#include <cmath>
#include <limits>
#include <span>

#include <espalier/kernels/optimizer_step.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

/// Arrays of `count` elements in random state, at the end of larger ones so that they are not aligned.
struct OptimizerState {
    std::size_t skipped;
    std::vector<float> values, gradient, first, second;

    OptimizerState(std::size_t count, std::size_t skip, Stream& stream) : skipped(skip) {
        for (std::vector<float>* array : {&values, &gradient, &first, &second}) {
            for (const double v : random_values(count + skip, stream)) array->push_back(static_cast<float>(v));
        }
        for (float& v : second) v = std::abs(v);
    }
    std::span<float> part(std::vector<float>& array) const { return std::span(array).subspan(skipped); }
};

void add_errors(const SgdArguments<float>& a, bool with_velocity, const OptimizerState& before, WorstError& error) {
    OptimizerState s = before;
    sgd_step<float>(s.part(s.values), s.part(s.gradient), with_velocity ? s.part(s.first) : std::span<float>(), a);
    for (std::size_t k = 0; k < s.values.size(); ++k) {
        const double w = before.values[k];
        const double g = before.gradient[k] + double{a.weight_decay} * w;
        const double g_scale = std::abs(before.gradient[k]) + std::abs(a.weight_decay * w);
        const double momentum = with_velocity ? a.momentum : 0.0;
        const double v = momentum * before.first[k] + g;
        const double v_scale = std::abs(momentum * before.first[k]) + g_scale;
        const double step = a.nesterov ? g + momentum * v : v;
        const double step_scale = a.nesterov ? g_scale + momentum * v_scale : v_scale;
        const bool moves = k >= before.skipped;
        error.add(s.values[k], moves ? w - a.learning_rate * step : w, std::abs(w) + a.learning_rate * step_scale);
        error.add(s.first[k], moves && with_velocity ? v : before.first[k], v_scale);
    }
}

void add_errors(const AdamArguments<float>& a, const OptimizerState& before, WorstError& error) {
    OptimizerState s = before;
    adam_step<float>(s.part(s.values), s.part(s.gradient), s.part(s.first), s.part(s.second), a);
    for (std::size_t k = before.skipped; k < s.values.size(); ++k) {
        const double w = before.values[k];
        const double g = before.gradient[k] + double{a.weight_decay} * w;
        const double g_scale = std::abs(before.gradient[k]) + std::abs(a.weight_decay * w);
        const double m = double{a.beta_1} * before.first[k] + a.fresh_1 * g;
        const double m_scale = std::abs(double{a.beta_1} * before.first[k]) + a.fresh_1 * g_scale;
        const double v = double{a.beta_2} * before.second[k] + a.fresh_2 * g * g;
        const double v_scale = double{a.beta_2} * before.second[k] + a.fresh_2 * g_scale * g_scale;
        const double rate = double{a.learning_rate} / a.correction_1 / (std::sqrt(v / a.correction_2) + a.epsilon);
        error.add(s.first[k], m, m_scale);
        error.add(s.second[k], v, v_scale);
        error.add(s.values[k], w - rate * m, std::abs(w) + rate * m_scale);
    }
}

/// check(state) for all short lengths, odd beginnings, and one length that is dealt to threads.
template <class Check>
void for_each_state(const Check& check) {
    for_each_instruction_set([&] {
        Stream stream = test_stream();
        for (std::size_t count = 1; count <= 100; ++count) check(OptimizerState(count, count % 5, stream));
        for (const std::size_t count : {1000, 4099, 20000}) check(OptimizerState(count, 3, stream));
        set_threads(2);
        check(OptimizerState(600003, 1, stream));
        set_threads(1);
    });
}

}  // namespace

TEST_CASE("sgd step: two steps by hand, with momentum, Nesterov and weight decay", "[kernels]") {
    // w = 1, g = 0.5, decay 0.1: g' = 0.6, v = 0.6; plain step w = 1 - 0.1 * 0.6
    for_each_instruction_set([] {
        std::vector<double> w{1.0}, v{0.0};
        const std::vector<double> g{0.5};
        sgd_step<double>(w, g, v, {0.1, 0.9, 0.1, false});
        CHECK(w[0] == Approx(0.94));
        sgd_step<double>(w, g, v, {0.1, 0.9, 0.1, false});  // g' = 0.594, v = 0.54 + 0.594 = 1.134
        CHECK(v[0] == Approx(1.134));
        CHECK(w[0] == Approx(0.94 - 0.1134));

        std::vector<double> nesterov{1.0}, velocity{0.0};
        sgd_step<double>(nesterov, g, velocity, {0.1, 0.9, 0.0, true});
        CHECK(nesterov[0] == Approx(1.0 - 0.1 * (0.5 + 0.9 * 0.5)));

        std::vector<double> plain{1.0};
        sgd_step<double>(plain, g, {}, {0.1, 0.9, 0.0, false});
        CHECK(plain[0] == Approx(0.95));
    });
}

TEST_CASE("adam step: the first step moves by the learning rate against the gradient's sign", "[kernels]") {
    for_each_instruction_set([] {
        std::vector<float> w{1.0F, 1.0F}, m{0, 0}, v{0, 0};
        const std::vector<float> g{3.0F, -0.02F};
        adam_step<float>(w, g, m, v, {0.01F, 0.9F, 0.999F, 1e-8F, 0.0F, 0.1F, 0.001F, 0.1F, 0.001F});
        CHECK(w[0] == Approx(0.99));
        CHECK(w[1] == Approx(1.01));
        CHECK(m[0] == Approx(0.3));
        CHECK(v[0] == Approx(0.009));
    });
}

TEST_CASE("optimizer steps: every instruction set agrees with double to rounding, equal bits for any threads",
          "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        const std::size_t count = 600003;
        const std::vector<double> start = random_values(count, stream);
        const std::vector<double> gradient = random_values(count, stream);
        const std::vector<float> g(gradient.begin(), gradient.end());
        const auto run = [&] {
            std::vector<float> w(start.begin(), start.end()), m(count), v(count);
            for (int k = 1; k < 4; ++k) {
                const auto b1 = static_cast<float>(1 - std::pow(0.9, k));
                const auto b2 = static_cast<float>(1 - std::pow(0.999, k));
                adam_step<float>(w, g, m, v, {0.01F, 0.9F, 0.999F, 1e-8F, 1e-4F, 0.1F, 0.001F, b1, b2});
                sgd_step<float>(w, g, m, {0.01F, 0.9F, 1e-4F, true});
            }
            return w;
        };
        std::vector<double> w = start, m(count), v(count);
        for (int k = 1; k < 4; ++k) {
            adam_step<double>(w, gradient, m, v,
                              {0.01, 0.9, 0.999, 1e-8, 1e-4, 0.1, 0.001, 1 - std::pow(0.9, k), 1 - std::pow(0.999, k)});
            sgd_step<double>(w, gradient, m, {0.01, 0.9, 1e-4, true});
        }
        const std::vector<float> got = run();
        double worst = 0.0;
        for (std::size_t k = 0; k < count; ++k) worst = std::max(worst, std::abs(got[k] - w[k]));
        CHECK(worst < 2e-5);
        check_equal_bits([&] { return bytes_of(run()); });
    });
}

TEST_CASE("sgd step: within its stated error for every length and instruction set", "[kernels]") {
    INFO(seed_text());
    WorstError error;
    for_each_state([&](const OptimizerState& state) {
        for (const float rate : {0.01F, 1.0F}) {
            add_errors({rate, 0.9F, 0.1F, false}, false, state, error);
            add_errors({rate, 0.9F, 0.1F, false}, true, state, error);
            add_errors({rate, 0.9F, 0.1F, true}, true, state, error);
        }
    });
    CHECK(error.worst() <= sgd_relative_error);
}

TEST_CASE("adam step: within its stated error for every length and instruction set", "[kernels]") {
    INFO(seed_text());
    WorstError error;
    for_each_state([&](const OptimizerState& state) {
        for (const float rate : {0.01F, 1.0F}) {
            add_errors({rate, 0.9F, 0.999F, 1e-8F, 1e-2F, 0.1F, 0.001F, 0.271F, 0.002997F}, state, error);
            add_errors({rate, 0.5F, 0.9F, 1e-3F, 0.0F, 0.5F, 0.1F, 1.0F, 1.0F}, state, error);
        }
    });
    CHECK(error.worst() <= adam_relative_error);
}

TEST_CASE("optimizer steps: what decays becomes 0 instead of a number below the normal ones", "[kernels]") {
    const float smallest = std::numeric_limits<float>::min();
    const std::size_t count = 4099;
    for_each_instruction_set([&] {
        std::vector<float> values(count, 0.5F), none(count, 0.0F), first(count, 1e-3F), second(count, 1e-6F);
        const AdamArguments<float> adam{1e-3F, 0.9F, 0.99F, 1e-8F, 0.0F, 0.1F, 0.01F, 1.0F, 1.0F};
        const SgdArguments<float> sgd{1e-3F, 0.9F, 0.0F, false};
        std::vector<float> velocity(count, -1e-3F);
        for (int step = 0; step < 10000; ++step) {
            adam_step<float>(values, none, first, second, adam);
            sgd_step<float>(values, none, velocity, sgd);
            if (step % 100 != 0) continue;
            for (const std::vector<float>* array : {&first, &second, &velocity}) {
                REQUIRE((std::abs(array->back()) >= smallest || array->back() == 0.0F));
            }
        }
        CHECK(first == none);
        CHECK(second == none);
        CHECK(velocity == none);
        const volatile float outside = smallest;
        CHECK(outside / 2 > 0);  // afterwards the thread calculates as before
    });
}

}  // namespace espalier::kernels
