#include <espalier/kernels/loss.hpp>
#include <espalier/optim/optimizer.hpp>
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/updates/outside_masks.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

constexpr std::int64_t steps_of_epoch = 21;

/// A run's own network and updater, and beside it the same weights as another program would have them.
struct Twins {
    config::RunConfig config;
    NetworkPlan plan;
    nn::Network<float> network;
    TopologyUpdater own;
    std::vector<nn::WeightPort<float>> ports;
    nn::Workspace<float> workspace;
    kernels::Activations<float> inputs{64, 32};          ///< the workspace looks at them to the end of a step
    std::vector<std::vector<float>> weights, gradients;  // dense

    Twins(const std::string& method, const std::vector<std::string>& overrides)
        : config(digits_request(method, "unused", overrides).config),
          plan(plan_network(config, sample_of(digits().shape), 10)),
          network(make_network(config, plan)),
          own(config, network, plan, steps_of_epoch, 0),
          ports(nn::weight_ports(network)),
          weights(ports.size()),
          gradients(ports.size()) {
        workspace.keep_gradients = true;
    }

    std::vector<OutsideLayer> layers() const {
        std::vector<OutsideLayer> all;
        for (const sparsity::LayerAllotment& layer : plan.layers) all.push_back({layer.name, layer.shape});
        return all;
    }

    OutsideMasks::Tensors tensors(const std::vector<std::vector<float>>& dense) const {
        return {dense.begin(), dense.end()};
    }

    void gather_weights() {
        for (std::size_t l = 0; l < ports.size(); ++l) {
            const Pattern& mask = ports[l].pattern();
            weights[l].assign(mask.positions(), 0.0F);
            std::size_t k = 0;
            for (std::size_t row = 0; row < mask.rows(); ++row) {
                for (const std::uint32_t col : mask.row(row))
                    weights[l][row * mask.cols() + col] = ports[l].weight().parameter().values[k++];
            }
        }
    }

    void gather_gradients() {
        for (std::size_t l = 0; l < ports.size(); ++l) {
            gradients[l].resize(ports[l].pattern().positions());
            ports[l].gradient_rows(workspace, 0, ports[l].pattern().rows(), gradients[l]);
        }
    }

    void forward_and_back(std::int64_t step) {
        std::vector<std::uint32_t> labels;
        const auto& pixels = std::get<std::vector<std::uint8_t>>(digits().train.values);
        for (std::size_t lane = 0; lane < 32; ++lane) {
            const std::size_t sample = (static_cast<std::size_t>(step) * 32 + lane) % digits().train.count;
            labels.push_back(digits().train.labels[sample]);
            for (std::size_t f = 0; f < 64; ++f)
                inputs.view().row(f)[lane] = static_cast<float>(pixels[sample * 64 + f]) / 16.0F;
        }
        const nn::Pass pass{true, 0, static_cast<std::uint64_t>(step)};
        const auto outputs = network.forward(workspace, std::as_const(inputs).view(), pass);
        kernels::softmax_cross_entropy<float>(outputs, labels, network.output_gradient(workspace));
        network.backward(workspace, pass);
    }

    void descend() {
        for (nn::Parameter<float>* parameter : network.table().trained()) {
            for (std::size_t k = 0; k < parameter->values.size(); ++k)
                parameter->values[k] -= 0.1F * parameter->gradient[k];
        }
    }
};

/// Trains twins for some epochs; `visit(twins, outside)` after every step.
template <class Visit>
void train(Twins& twins, OutsideMasks& outside, std::int64_t first, std::int64_t last, const Visit& visit) {
    for (std::int64_t step = first; step <= last; ++step) {
        twins.forward_and_back(step);
        twins.gather_weights();
        twins.gather_gradients();
        twins.own.after_backward(twins.workspace);
        if (outside.wants(step)) outside.before_step(twins.tensors(twins.weights), twins.tensors(twins.gradients));
        twins.descend();
        REQUIRE(outside.is_due(step) == twins.own.plan().is_due(step));
        if (outside.is_due(step)) {
            twins.gather_weights();
            const std::vector<LayerChange> own = twins.own.update(twins.workspace, step, {});
            const std::vector<LayerChange> theirs = outside.after_step(step, twins.tensors(twins.weights));
            for (std::size_t l = 0; l < own.size(); ++l) {
                REQUIRE(own[l].dropped == theirs[l].dropped);
                REQUIRE(own[l].grown == theirs[l].grown);
            }
        }
        visit();
    }
}

void require_equal(Twins& twins, OutsideMasks& outside) {
    for (std::size_t l = 0; l < outside.layers(); ++l) REQUIRE(outside.pattern(l) == twins.ports[l].pattern());
}

const std::vector<std::string> few_epochs = {"training.epochs=3", "sparsity.update_every=5it", "model.hidden=[24,16]"};

}  // namespace

TEST_CASE("outside masks: every method's decisions are those of a run", "[training][outside]") {
    std::size_t tried = 0;
    for (const sparsity::Method& method : sparsity::methods()) {
        if (!method.is_dynamic()) continue;
        INFO(method.name);
        std::vector<std::string> settings = few_epochs;
        // Its own start looks at data, which other programs keep to themselves.
        if (method.name == "slak") settings.emplace_back("sparsity.init=erk");
        Twins twins(method.name, settings);
        std::optional<OutsideMasks> outside;
        try {
            outside.emplace(twins.config, twins.layers(), steps_of_epoch, std::vector<Pattern>{});
        } catch (const ConfigError& error) {
            CHECK_THAT(error.what(), Contains("not for layers of other programs"));
            continue;
        }
        ++tried;
        require_equal(twins, *outside);
        train(twins, *outside, 1, 3 * steps_of_epoch, [&] { require_equal(twins, *outside); });
        CHECK(outside->exploration_rate().has_value());
    }
    CHECK(tried >= 8);
}

TEST_CASE("outside masks: saved and loaded they go on as if never stopped", "[training][outside]") {
    const TemporaryFolder folder;
    for (const std::string method : {"rigl", "snfs", "mest", "gmp"}) {
        INFO(method);
        Twins twins(method, few_epochs);
        OutsideMasks first(twins.config, twins.layers(), steps_of_epoch, {});
        train(twins, first, 1, 30, [] {});
        first.save(folder / "masks.h5");
        OutsideMasks second(twins.config, twins.layers(), steps_of_epoch, {});
        second.load(folder / "masks.h5");
        train(twins, second, 31, 3 * steps_of_epoch, [&] { require_equal(twins, second); });
    }
    Twins other("rigl", {"model.hidden=[8]"});
    OutsideMasks masks(other.config, other.layers(), steps_of_epoch, {});
    CHECK_THROWS_AS(masks.load(folder / "masks.h5"), FormatError);
}

TEST_CASE("outside masks: what does not fit is refused by name", "[training][outside]") {
    const config::RunConfig config = digits_request("rigl", "unused", few_epochs).config;
    using Layers = std::vector<OutsideLayer>;
    CHECK_THROWS_WITH(OutsideMasks(config, Layers{{"bias", {4}}}, 10, {}),
                      Contains("layer bias") && Contains("[out, in]"));
    CHECK_THROWS_WITH(OutsideMasks(config, Layers{{"a", {4, 0}}}, 10, {}), Contains("layer a"));
    CHECK_THROWS_WITH(OutsideMasks(config, Layers{{"a", {4, 3}}}, 10, {Pattern::full(3, 4)}), Contains("layer a"));
    CHECK_THROWS_WITH(OutsideMasks(config, Layers{{"a", {4, 3}}}, 10, {Pattern::full(4, 3), Pattern::full(4, 3)}),
                      Contains("masks of 2 layers"));
    OutsideMasks masks(config, Layers{{"a", {40, 30}}}, 21, {});
    const std::vector<float> small(7);
    CHECK_THROWS_WITH(masks.before_step({small}, {small}), Contains("another size"));
    const config::RunConfig snip = digits_request("static", "unused", {"sparsity.init=snip"}).config;
    CHECK_THROWS_WITH(OutsideMasks(snip, Layers{{"a", {4, 3}}}, 10, {}), Contains("snip"));
}

}  // namespace espalier::training
