#include <algorithm>
#include <fstream>

#include <espalier/topology/files/mask_export.hpp>
#include <espalier/topology/files/sources.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/state/loaded_parameters.hpp>

#include "safetensors_builder.hpp"
#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;

namespace {

namespace fs = std::filesystem;

/// A run of 3 epochs with trained activations.
void train(const fs::path& folder) {
    run(digits_request("set", folder, {"model.activation=srelu"}));
}

config::RunConfig from_file(const std::string& file, std::vector<std::string> overrides = {}) {
    overrides.push_back("sparsity.init=file:" + file);
    config::Settings settings = config::parse_toml(
        "[data]\ndataset = 'digits'\n[model]\nhidden = [32, 16]\nactivation = 'srelu'\ndropout = 0.1\n"
        "[sparsity]\nmethod = 'static'\n",
        "test");
    config::override_with(settings, overrides);
    return config::resolve(settings);
}

nn::Network<float> network_of(const config::RunConfig& config) {
    return make_network(config, plan_network(config, 64, 10));
}

std::vector<float> floats(std::size_t count) {
    std::vector<float> values(count);
    for (std::size_t k = 0; k < count; ++k) values[k] = static_cast<float>(k % 7) - 2.0F;
    return values;
}

}  // namespace

TEST_CASE("init file: a run's snapshot, mask alone or all parameters", "[training][init_file]") {
    TemporaryFolder folder;
    train(folder / "first");
    const std::string file = (folder / "first/run.h5").string();
    for (const std::string& argument : {file, file + "@21", folder.path().string() + "/first@first"}) {
        INFO(argument);
        const topology::Topology stored = topology::read_topologies(argument).front();
        nn::Network<float> masks = network_of(from_file(argument));
        nn::Network<float> all = network_of(from_file(argument, {"sparsity.init_weights=true"}));
        const auto weighted = all.weighted_layers();
        for (std::size_t l = 0; l < weighted.size(); ++l) {
            const nn::MaskedWeight<float>& weight = *all.weight(weighted[l]);
            CHECK(weight.pattern() == stored.layers[l].pattern);
            CHECK(std::vector<float>(weight.parameter().values.begin(), weight.parameter().values.end()) ==
                  stored.layers[l].values);
            CHECK(masks.weight(weighted[l])->pattern() == stored.layers[l].pattern);
            CHECK(masks.weight(weighted[l])->parameter().values != weight.parameter().values);
        }
        std::size_t found = 0;
        for (const topology::StoredParameter& parameter : topology::read_network(argument).parameters) {
            for (const nn::ParameterEntry<float>& mine : all.table().entries()) {
                if (!parameter.layer.ends_with("_" + mine.module) || mine.parameter->name != parameter.name) continue;
                const auto& values = mine.parameter->values;
                CHECK(std::vector<float>(values.begin(), values.end()) == parameter.values);
                ++found;
            }
        }
        CHECK(found == 3 + 2 * 4);  // biases and the srelus' four
    }
}

TEST_CASE("init file: a run begun with another's end begins with its accuracy", "[training][init_file]") {
    TemporaryFolder folder;
    train(folder / "first");
    const RunResult first = run(digits_request("set", folder / "again", {"model.activation=srelu"}));
    RunRequest request = digits_request("set", folder / "second");
    request.config = from_file((folder / "first/run.h5").string(),
                               {"sparsity.init_weights=true", "training.epochs=1", "optimizer.learning_rate=1e-12"});
    request.config_text = config::to_toml(request.config);
    const RunResult second = run(request);
    CHECK(second.test_accuracy == first.test_accuracy);
    CHECK(second.density == Approx(first.density));
    // What the run file holds can be run again as it is.
    const config::RunConfig again = config::resolve(config::parse_toml(request.config_text, "test"));
    CHECK(config::to_toml(again) == request.config_text);
    CHECK(again.sparsity.density == request.config.sparsity.density);
}

TEST_CASE("init file: the density is the file's, and only the layers' shares may be taken", "[training][init_file]") {
    TemporaryFolder folder;
    train(folder / "first");
    const std::string file = (folder / "first/run.h5").string();
    const config::RunConfig config = from_file(file);
    CHECK(config.sparsity.density == topology::density(topology::read_one_topology(file)));
    const NetworkPlan plan = plan_network(config, 64, 10);
    CHECK(plan.density() == config.sparsity.density);
    config::RunConfig ratio = config;
    ratio.sparsity.init = "ratio_of:file:" + file;
    nn::Network<float> stored = network_of(config);
    nn::Network<float> drawn = network_of(ratio);
    bool differ = false;
    for (const std::size_t k : stored.weighted_layers()) {
        CHECK(drawn.weight(k)->pattern().edges() == stored.weight(k)->pattern().edges());
        differ = differ || !(drawn.weight(k)->pattern() == stored.weight(k)->pattern());
    }
    CHECK(differ);
    CHECK_THROWS_WITH(from_file(file, {"sparsity.density=0.5"}), Contains("which keeps 0.3"));
    // What rounds to the file's number of weights is no contradiction.
    CHECK(from_file(file, {"sparsity.density=0.3"}).sparsity.density == config.sparsity.density);
    CHECK_THROWS_WITH(from_file(file, {"sparsity.density=0.302"}), Contains("which keeps 0.3"));
    CHECK_THROWS_WITH(from_file(file, {"sparsity.init_weights=true", "sparsity.init_perturbation=0.1"}),
                      Contains("the file has none"));
    CHECK_THROWS_WITH(plan_network(from_file(file, {"sparsity.dense_layers=['last']"}), 64, 10),
                      Contains("dense_layers is not for init"));
}

TEST_CASE("init file: what does not fit names both layers and shapes", "[training][init_file]") {
    TemporaryFolder folder;
    train(folder / "first");
    const std::string file = (folder / "first/run.h5").string();
    CHECK_THROWS_WITH(plan_network(from_file(file, {"model.hidden=[32,17]"}), 64, 10),
                      Contains("its layer 003_fc2 is [16 x 32], the model's fc2 [17 x 32]"));
    CHECK_THROWS_WITH(plan_network(from_file(file, {"model.hidden=[32]"}), 64, 10),
                      Contains("003_fc2 [16 x 32]") && Contains("the model has fc1 [32 x 64], fc2 [10 x 32]"));
    CHECK_THROWS_WITH(from_file(file + "@all"), Contains("names 4 topologies"));
    CHECK_THROWS_WITH(from_file(file + "@22"), Contains("no snapshot '22'"));
    CHECK_THROWS_WITH(from_file("nowhere.h5"), Contains("sparsity.init names a file: no such file"));
}

TEST_CASE("init file: masks of other tools, with and without weights", "[training][init_file]") {
    TemporaryFolder folder;
    train(folder / "first");
    topology::Topology stored = topology::read_topologies((folder / "first/run.h5").string()).front();
    topology::write_safetensors(folder / "weights.safetensors", stored);
    const std::string weights = (folder / "weights.safetensors").string();
    nn::Network<float> network = network_of(from_file(weights, {"sparsity.init_weights=true"}));
    CHECK(network.weight(0)->parameter().values.size() == stored.layers[0].values.size());
    CHECK(network.table().of(0)[1].parameter->values[0] == 0.0F);  // the file has no biases
    for (topology::Layer& layer : stored.layers) layer.values.clear();
    topology::write_safetensors(folder / "masks.safetensors", stored);
    const std::string masks = (folder / "masks.safetensors").string();
    topology::Topology dense = stored;
    dense.layers[2].pattern = Pattern::full(10, 16);
    topology::write_safetensors(folder / "dense.safetensors", dense);
    nn::Network<float> with_dense = network_of(from_file((folder / "dense.safetensors").string()));
    CHECK(with_dense.weight(with_dense.weighted_layers()[2])->pattern().is_full());
    CHECK(network_of(from_file(masks)).weight(0)->pattern() == stored.layers[0].pattern);
    CHECK_THROWS_WITH(network_of(from_file(masks, {"sparsity.init_weights=true"})),
                      Contains("has a mask but no weights; set sparsity.init_weights = false"));
}

TEST_CASE("init file: biases beside the weights of a .safetensors file", "[training][init_file]") {
    TemporaryFolder folder;
    const auto write = [&](const char* name, std::size_t biases) {
        std::ofstream(folder / name, std::ios::binary)
            << safetensors({{"net.1.bias", "F32", {biases}, bytes_of(floats(biases))},
                            {"net.1.weight", "F32", {32, 64}, bytes_of(floats(32 * 64))},
                            {"net.2.weight", "F32", {16, 32}, bytes_of(floats(16 * 32))},
                            {"net.3.weight", "F32", {10, 16}, bytes_of(floats(10 * 16))}});
        return (folder / name).string();
    };
    nn::Network<float> network = network_of(from_file(write("good.safetensors", 32), {"sparsity.init_weights=true"}));
    const AlignedVector<float>& bias = network.table().of(0)[1].parameter->values;
    CHECK(std::vector<float>(bias.begin(), bias.end()) == floats(32));
    CHECK(network.weight(0)->parameter().values[0] == -2.0F);
    CHECK_THROWS_WITH(network_of(from_file(write("bad.safetensors", 31), {"sparsity.init_weights=true"})),
                      Contains("'bias' of its layer net.1") && Contains("has 31 numbers, the model's 32"));
}

TEST_CASE("init file: tensors that the model has no place for are named, all of them", "[training][init_file]") {
    TemporaryFolder folder;
    const std::string file = folder / "bn.safetensors";
    std::ofstream(file, std::ios::binary)
        << safetensors({{"bn1.num_batches_tracked", "I64", {}, bytes_of<std::int64_t>({1})},
                        {"bn1.running_mean", "F32", {32}, bytes_of(floats(32))},
                        {"bn1.weight", "F32", {32}, bytes_of(floats(32))},
                        {"fc1.weight", "F32", {32, 64}, bytes_of(floats(32 * 64))},
                        {"fc2.weight", "F32", {16, 32}, bytes_of(floats(16 * 32))},
                        {"fc3.gain", "F32", {10}, bytes_of(floats(10))},
                        {"fc3.weight", "F32", {10, 16}, bytes_of(floats(10 * 16))}});
    CHECK_THROWS_WITH(network_of(from_file(file, {"sparsity.init_weights=true"})),
                      Contains("has no place for bn1.running_mean, bn1.weight, fc3.gain"));
    CHECK(network_of(from_file(file)).size() > 0);  // the masks alone
}

TEST_CASE("init file: a dense run starts with a file's weights, absent ones 0", "[training][init_file]") {
    TemporaryFolder folder;
    train(folder / "first");
    const std::string file = (folder / "first/run.h5").string();
    const config::RunConfig config = from_file(file, {"sparsity.method=dense", "sparsity.init_weights=true"});
    CHECK(config.sparsity.density == 1.0);
    CHECK(config::to_toml(config::resolve(config::parse_toml(config::to_toml(config), "test"))) ==
          config::to_toml(config));
    const topology::StoredNetwork stored = topology::read_network(file);
    nn::Network<float> network = network_of(config);
    const topology::Layer& first = stored.topology.layers[0];
    const nn::MaskedWeight<float>& weight = *network.weight(0);
    CHECK(weight.pattern().is_full());
    std::size_t at = 0;
    for (std::size_t row = 0; row < first.pattern.rows(); ++row) {
        std::vector<float> wanted(first.pattern.cols());
        for (const std::uint32_t col : first.pattern.row(row)) wanted[col] = first.values[at++];
        const auto begin = weight.parameter().values.begin() + static_cast<std::ptrdiff_t>(row * wanted.size());
        CHECK(std::equal(wanted.begin(), wanted.end(), begin));
    }
    CHECK_THROWS_WITH(from_file(file, {"sparsity.method=dense"}), Contains("sparsity.init_weights = true"));
}

}  // namespace espalier::training
