#include <cmath>

#include <espalier/base/threads/threads.hpp>
#include <espalier/nn/layers/batch_norm_layer.hpp>
#include <espalier/nn/layers/leaky_relu_layer.hpp>
#include <espalier/nn/layers/linear.hpp>
#include <espalier/training/trainer/trainer.hpp>
#include <espalier/training/updates/dormant_neurons.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// 4 - 3 - ReLU - normalisation - 3 - normalisation - ReLU - 2; biases put the first layer's neurons where they belong.
nn::Network<float> rectified_network() {
    std::vector<nn::Node<float>> nodes;
    nodes.push_back({std::make_unique<nn::Linear<float>>("fc1", Pattern::full(3, 4)), {nn::network_input}});
    nodes.push_back({std::make_unique<nn::LeakyRelu<float>>("relu1", "relu", 3, 0.0), {0}});
    nodes.push_back({std::make_unique<nn::Linear<float>>("fc2", Pattern::full(3, 3)), {1}});
    nodes.push_back({std::make_unique<nn::BatchNorm<float>>("bn2", 3), {2}});
    nodes.push_back({std::make_unique<nn::LeakyRelu<float>>("relu2", "relu", 3, 0.0), {3}});
    nodes.push_back({std::make_unique<nn::Linear<float>>("fc3", Pattern::full(2, 3)), {4}});
    return nn::Network<float>(std::move(nodes));
}

/// Dormant neurons before the first and behind the last update, of all layers.
struct DormantCourse {
    DormantCount first;
    DormantCount last;
    std::size_t kept = 0;
};

DormantCourse dormant_course(const std::string& method, const std::vector<std::string>& overrides) {
    Trainer trainer(digits_request(method, "unused", overrides).config, digits());
    DormantCourse course;
    while (!trainer.is_done()) {
        trainer.train_step();
        if (!trainer.update_is_due()) continue;
        const std::vector<LayerChange> changes = trainer.update_topology();
        DormantCount before;
        course.last = {};
        for (const LayerChange& change : changes) {
            before += change.before;
            course.last += change.after;
        }
        if (course.first.neurons == 0) course.first = before;
    }
    course.kept = trainer.kept();
    return course;
}

}  // namespace

TEST_CASE("dormant neurons: a ratio of no neurons is undefined", "[training]") {
    CHECK(std::isnan(DormantCount{}.ratio()));
    CHECK(DormantCount{1, 4}.ratio() == 0.25);
}

TEST_CASE("dormant neurons: shares of samples with a positive ReLU, as a slow count finds them", "[training]") {
    INFO(seed_text());
    Stream stream = test_stream();
    nn::Network<float> network = rectified_network();
    for (const nn::ParameterEntry<float>& entry : network.table().entries()) {
        if (entry.weight == nullptr && entry.path() != "fc1.bias") continue;
        const std::vector<double> values = random_values(entry.parameter->values.size(), stream);
        entry.parameter->values.assign(values.begin(), values.end());
    }
    network.table().entries()[1].parameter->values[1] = -100.0F;  // never fires
    const std::size_t samples = 37;
    kernels::Activations<float> inputs(4, samples);
    for (std::size_t f = 0; f < 4; ++f) {
        const std::vector<double> row = random_values(samples, stream);
        std::ranges::copy(row, inputs.view().row(f));
    }
    DataAccess data;
    data.pass_some_samples = [&](std::size_t count, const DataAccess::Visit& visit) {
        CHECK(count == 50);
        nn::Workspace<float> workspace;
        workspace.keep_outputs = true;
        visit(workspace, network.forward(workspace, std::as_const(inputs).view(), {}));
    };
    DormantNeurons dormant(network, network.weighted_layers(), 0.2, 50);
    dormant.measure(data);
    const auto weights = std::span<const float>(network.weight(0)->parameter().values);
    const auto bias = std::span<const float>(network.table().entries()[1].parameter->values);
    std::size_t below = 0;
    for (std::size_t unit = 0; unit < 3; ++unit) {
        std::size_t fires = 0;
        for (std::size_t b = 0; b < samples; ++b) {
            float sum = bias[unit];
            for (std::size_t f = 0; f < 4; ++f) sum += weights[unit * 4 + f] * inputs.view().row(f)[b];
            fires += sum > 0.0F ? 1 : 0;
        }
        const double share = static_cast<double>(fires) / static_cast<double>(samples);
        CHECK(dormant.activity(0)[unit] == share);
        below += share < 0.2 ? 1 : 0;
    }
    CHECK(dormant.activity(0)[1] == 0.0);
    CHECK(dormant.count(0).dormant == below);
    CHECK(dormant.count(0).neurons == 3);
    CHECK(dormant.activity(1).size() == 3);  // through a normalisation
    CHECK(dormant.activity(2).empty());      // the network's output
    CHECK(dormant.count(2).neurons == 0);
}

TEST_CASE("dormant neurons: a model without ReLUs is refused", "[training]") {
    const auto config = [](const char* activation) {
        return digits_request("set", "unused",
                              {std::string("model.activation=") + activation, "sparsity.dormant_samples=64"})
            .config;
    };
    CHECK_NOTHROW(Trainer(config("relu"), digits()));
    CHECK_THROWS_WITH(Trainer(config("sigmoid"), digits()), Contains("sparsity.dormant_samples = 64: no neuron"));
    CHECK_THROWS_WITH(Trainer(config("leaky_relu"), digits()), Contains("no neuron"));
}

TEST_CASE("dormant neurons: of channels the share of samples and pixels", "[training]") {
    const std::vector<std::string> overrides = {"model.kind=resnet8_A", "model.width=4", "sparsity.dormant_samples=64"};
    Trainer trainer(digits_request("set", "unused", overrides).config, digits());
    while (!trainer.update_is_due()) trainer.train_step();
    const std::vector<LayerChange> changes = trainer.update_topology();
    std::size_t counted = 0;
    for (const LayerChange& change : changes) counted += change.before.neurons;
    CHECK(counted > 0);
    CHECK(changes.back().before.neurons == 0);
}

TEST_CASE("dormant neurons: SET's grow with training, neurrev's are fewer at as many weights", "[training][neurrev]") {
    const std::vector<std::string> deep = {"model.hidden=[64, 64, 64, 64, 64]",
                                           "model.dropout=0",
                                           "sparsity.density=0.05",
                                           "sparsity.dormant_samples=1000",
                                           "sparsity.update_every=20it",
                                           "training.epochs=20"};
    const DormantCourse set = dormant_course("set", deep);
    std::vector<std::string> by_activity = deep;
    by_activity.emplace_back("sparsity.drop_rule=revival_activity");
    const DormantCourse change = dormant_course("neurrev", deep);
    const DormantCourse activity = dormant_course("neurrev", by_activity);
    INFO("set " << set.first.ratio() << " to " << set.last.ratio() << ", by change " << change.last.ratio()
                << ", by activity " << activity.last.ratio());
    CHECK(set.last.ratio() > set.first.ratio());
    CHECK(change.last.ratio() < set.last.ratio());
    CHECK(activity.last.ratio() < set.last.ratio());
    CHECK(change.kept == set.kept);
    CHECK(activity.kept == set.kept);
}

TEST_CASE("dormant neurons: a run keeps their ratios, the same whatever its interruptions and threads",
          "[training][neurrev]") {
    for (const char* rule : {"revival_change", "revival_activity"}) {
        INFO(rule);
        const std::vector<std::string> overrides = {std::string("sparsity.drop_rule=") + rule,
                                                    "sparsity.dormant_threshold=0.2"};
        const TemporaryFolder whole;
        const TemporaryFolder parts;
        const TemporaryFolder threaded;
        run(digits_request("neurrev", whole.path(), overrides));
        run_in_parts(digits_request("neurrev", parts.path(), overrides), {3, 7, 8, 40});
        set_threads(3);
        run(digits_request("neurrev", threaded.path(), overrides));
        set_threads(1);
        CHECK((all_arrays(whole.path()) == all_arrays(parts.path())));
        CHECK((all_arrays(whole.path()) == all_arrays(threaded.path())));
        const RunSummary summary = read_run_summary(whole / "run.h5");
        const auto& table = summary.metrics.at("topology");
        const auto& layers = std::get<std::vector<std::int64_t>>(table.at("layer"));
        const auto& before = std::get<std::vector<double>>(table.at("dormant_before"));
        const auto& after = std::get<std::vector<double>>(table.at("dormant_after"));
        REQUIRE(before.size() == layers.size());
        std::size_t known = 0;
        for (std::size_t row = 0; row < layers.size(); ++row) {
            CHECK(std::isnan(before[row]) == std::isnan(after[row]));
            known += layers[row] == -1 && before[row] >= 0.0 && before[row] <= 1.0 ? 1 : 0;
        }
        CHECK(known == 8);  // updates after 7, 14, ... 56
    }
}

}  // namespace espalier::training
