#include <algorithm>
#include <cmath>
#include <memory>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/nn/parameters/pieces.hpp>
#include <espalier/optim/optimizer.hpp>

#include "golden_case.hpp"
#include "home_reference.hpp"
#include "support.hpp"

namespace espalier::optim {
using namespace testing;
namespace {

/// Minimises 0.5 * sum of (x - target)^2 from zero.
std::vector<double> minimise(const OptimizerOptions& options, double learning_rate, int steps) {
    const std::vector<double> target{1.0, -2.0, 0.5};
    nn::Parameter<double> x("x", nn::Role::weight, 3);
    prepare<double>(options, {&x});
    for (int step = 0; step < steps; ++step) {
        for (std::size_t k = 0; k < 3; ++k) x.gradient[k] = x.values[k] - target[k];
        update<double>(options, {&x}, learning_rate, step);
    }
    return {x.values.begin(), x.values.end()};
}

/// Six steps of PyTorch's optimizer. Masked ones hold the kept numbers alone: the others were set to zero there, their
/// momentum too.
void check_golden_steps(const GoldenCase& c) {
    INFO(c.name);
    const nlohmann::json& s = c.settings;
    const bool is_adam = c.op().starts_with("adam");
    const bool is_adamw = c.op().starts_with("adamw");
    OptimizerOptions options{.kind = is_adamw  ? OptimizerKind::adamw
                                     : is_adam ? OptimizerKind::adam
                                               : OptimizerKind::sgd,
                             .momentum = s.value("momentum", 0.0),
                             .nesterov = s.value("nesterov", false),
                             .weight_decay = s["weight_decay"]};
    if (is_adam) {
        options.beta_1 = s["betas"][0];
        options.beta_2 = s["betas"][1];
        options.epsilon = s["eps"];
    }
    const std::vector<double> start = c.numbers("p0");
    const std::vector<double> mask =
        s["masked"].get<bool>() ? c.numbers("mask") : std::vector<double>(start.size(), 1.0);
    std::vector<std::size_t> kept;
    for (std::size_t k = 0; k < mask.size(); ++k) {
        if (mask[k] != 0.0) kept.push_back(k);
    }
    nn::Parameter<double> x("x", nn::Role::weight, kept.size());
    prepare<double>(options, {&x});
    for (std::size_t k = 0; k < kept.size(); ++k) x.values[k] = start[kept[k]];
    const std::vector<double> gradients = c.numbers("gradients");
    const std::vector<double> values = c.numbers("p");
    const std::vector<double> moments = c.numbers("first_moment");
    for (std::size_t step = 0; step < gradients.size() / start.size(); ++step) {
        CAPTURE(step);
        const std::size_t row = step * start.size();
        for (std::size_t k = 0; k < kept.size(); ++k) x.gradient[k] = gradients[row + kept[k]];
        const double rate = s.contains("learning_rates") ? s["learning_rates"][step] : s["lr"];
        update<double>(options, {&x}, rate, static_cast<std::int64_t>(step));
        for (std::size_t k = 0; k < kept.size(); ++k) {
            CHECK(x.values[k] == Approx(values[row + kept[k]]).epsilon(1e-12).margin(1e-15));
            CHECK(x.state[0][k] == Approx(moments[row + kept[k]]).epsilon(1e-12).margin(1e-15));
        }
    }
}

/// @return how many cases there were.
std::size_t check_golden_steps(const std::filesystem::path& folder) {
    const GoldenCases cases(folder);
    std::size_t checked = 0;
    for (const GoldenCase& c : cases.all()) {
        if (!c.op().starts_with("sgd") && !c.op().starts_with("adam")) continue;
        check_golden_steps(c);
        ++checked;
    }
    return checked;
}

}  // namespace

TEST_CASE("optimizer: golden steps of PyTorch in double", "[optim][reference]") {
    CHECK(check_golden_steps(home_reference() / "convnets") == 5);
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    CHECK(check_golden_steps(*folder / "convnets") == 7);
}

TEST_CASE("optimizer: every kind finds the minimum of a quadratic", "[optim]") {
    OptimizerOptions plain;
    plain.momentum = 0.0;
    OptimizerOptions nesterov;
    nesterov.nesterov = true;
    OptimizerOptions adam;
    adam.kind = OptimizerKind::adam;
    for (const auto& [options, rate] :
         {std::pair{plain, 0.1}, {OptimizerOptions{}, 0.05}, {nesterov, 0.05}, {adam, 0.05}}) {
        const std::vector<double> x = minimise(options, rate, 600);
        CHECK(x[0] == Approx(1.0).epsilon(1e-3));
        CHECK(x[1] == Approx(-2.0).epsilon(1e-3));
        CHECK(x[2] == Approx(0.5).epsilon(1e-3));
    }
}

TEST_CASE("optimizer: AdamW's decay is a factor beside Adam's step, and may leave out all but weights", "[optim]") {
    for (const bool weights_alone : {false, true}) {
        for (const nn::Role role : {nn::Role::weight, nn::Role::bias, nn::Role::scale}) {
            OptimizerOptions adam;
            adam.kind = OptimizerKind::adam;
            OptimizerOptions adamw = adam;
            adamw.kind = OptimizerKind::adamw;
            adamw.weight_decay = 0.1;
            adamw.decays_weights_alone = weights_alone;
            nn::Parameter<double> plain("x", role, 1);
            nn::Parameter<double> decayed("x", role, 1);
            prepare<double>(adam, {&plain});
            prepare<double>(adamw, {&decayed});
            plain.values[0] = decayed.values[0] = 2.0;
            plain.gradient[0] = decayed.gradient[0] = 0.3;
            update<double>(adam, {&plain}, 0.05, 0);
            update<double>(adamw, {&decayed}, 0.05, 0);
            const bool decays = !weights_alone || role == nn::Role::weight;
            CHECK(decayed.values[0] - plain.values[0] == Approx(decays ? -2.0 * 0.05 * 0.1 : 0.0).margin(1e-15));
            CHECK(decayed.state[1][0] == plain.state[1][0]);
        }
    }
    OptimizerOptions sgd;
    sgd.weight_decay = 0.5;
    sgd.decays_weights_alone = true;
    nn::Parameter<double> bias("b", nn::Role::bias, 1);
    prepare<double>(sgd, {&bias});
    bias.values[0] = 1.0;
    update<double>(sgd, {&bias}, 0.1, 0);
    CHECK(bias.values[0] == 1.0);
}

TEST_CASE("optimizer: state arrays are as many as the kind needs", "[optim]") {
    OptimizerOptions options;
    CHECK(state_arrays(options) == 1);
    options.momentum = 0.0;
    CHECK(state_arrays(options) == 0);
    options.kind = OptimizerKind::adam;
    CHECK(state_arrays(options) == 2);
    CHECK_THROWS_AS(choice(optimizers(), "lamb", "optimizer"), ConfigError);
}

TEST_CASE("optimizer: Adam's second step by hand", "[optim]") {
    // gradients 1 and 3: m = 0.1, then 0.39; v = 0.001, then 0.009999
    OptimizerOptions options;
    options.kind = OptimizerKind::adam;
    nn::Parameter<double> x("x", nn::Role::weight, 1);
    prepare<double>(options, {&x});
    x.gradient[0] = 1.0;
    update<double>(options, {&x}, 0.1, 0);
    CHECK(x.values[0] == Approx(-0.1));
    x.gradient[0] = 3.0;
    update<double>(options, {&x}, 0.1, 1);
    const double m = 0.39 / (1 - 0.81);
    const double v = 0.009999 / (1 - 0.998001);
    CHECK(x.values[0] == Approx(-0.1 - 0.1 * m / (std::sqrt(v) + 1e-8)));
}

TEST_CASE("optimizer: a step has equal bits for any number of threads", "[optim]") {
    INFO(seed_text());
    OptimizerOptions plain;
    plain.momentum = 0.0;
    OptimizerOptions nesterov;
    nesterov.nesterov = true;
    nesterov.weight_decay = 1e-3;
    OptimizerOptions adam;
    adam.kind = OptimizerKind::adam;
    for (const OptimizerOptions& options : {plain, nesterov, adam}) {
        const auto stepped = [&](int workers) {
            Stream stream = test_stream();
            std::vector<std::unique_ptr<nn::Parameter<float>>> owned;
            std::vector<nn::Parameter<float>*> all;
            for (const std::size_t size :
                 {std::size_t{3}, nn::piece_elements - 1, std::size_t{0}, 8 * nn::piece_elements + 5}) {
                owned.push_back(std::make_unique<nn::Parameter<float>>("x", nn::Role::weight, size));
                all.push_back(owned.back().get());
            }
            prepare<float>(options, all);
            set_threads(workers);
            for (int step = 0; step < 2; ++step) {
                for (nn::Parameter<float>* p : all) {
                    const std::vector<double> drawn = random_values(p->values.size(), stream);
                    std::ranges::copy(drawn, p->gradient.begin());
                }
                update<float>(options, all, 0.1, step);
            }
            set_threads(1);
            std::vector<float> numbers;
            for (const nn::Parameter<float>* p : all) {
                numbers.insert(numbers.end(), p->values.begin(), p->values.end());
                for (const auto& state : p->state) numbers.insert(numbers.end(), state.begin(), state.end());
            }
            return numbers;
        };
        const std::vector<float> expected = stepped(1);
        for (const int workers : {2, 3, 8}) CHECK((stepped(workers) == expected));
    }
}

}  // namespace espalier::optim
