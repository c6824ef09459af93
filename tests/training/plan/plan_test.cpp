#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/plan/plan.hpp>

#include "safetensors_builder.hpp"
#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("plan: counts, density and the masks that are drawn agree", "[training]") {
    for (const char* method : {"dense", "static", "set", "rigl"}) {
        const config::RunConfig config = digits_request(method, "unused").config;
        const NetworkPlan plan = plan_network(config, 64, 10);
        CHECK(plan.spec.weight_names() == std::vector<std::string>{"fc1", "fc2", "fc3"});
        CHECK(plan.positions() == 64 * 32 + 32 * 16 + 16 * 10);
        CHECK(plan.density() == Approx(std::string(method) == "dense" ? 1.0 : 0.3).epsilon(0.001));
        nn::Network<float> network = make_network(config, plan);
        const auto layers = network.weighted_layers();
        for (std::size_t l = 0; l < layers.size(); ++l) {
            CHECK(network.weight(layers[l])->pattern().edges() == plan.layers[l].kept);
        }
    }
}

TEST_CASE("plan: a method's schedule in steps", "[training]") {
    config::RunConfig config =
        config::resolve(config::parse_toml("[sparsity]\nmethod = 'rigl'\n[training]\nepochs = 10\n", "test"));
    const sparsity::UpdatePlan rigl = update_plan(config, 375);
    CHECK(rigl.interval.every == 100);
    CHECK(rigl.last_update == 2812);  // floor(0.75 * 3750)
    CHECK(rigl.needs_gradient(100));
    config = config::resolve(config::parse_toml("[sparsity]\nmethod = 'set'\n[training]\nepochs = 10\n", "test"));
    const sparsity::UpdatePlan set = update_plan(config, 375);
    CHECK(set.interval.every == 375);
    CHECK_FALSE(set.needs_gradient(375));
    CHECK(set.is_due(3375));
    CHECK_FALSE(set.is_due(3750));  // not after the last epoch
    config = config::resolve(config::parse_toml("[sparsity]\nmethod = 'static'\n", "test"));
    CHECK_FALSE(update_plan(config, 375).is_due(375));
}

TEST_CASE("plan: a grow rule may replace the method's own", "[training]") {
    const config::RunConfig config =
        config::resolve(config::parse_toml("[sparsity]\nmethod = 'set'\ngrow_rule = 'gradient'\n", "test"));
    CHECK(update_plan(config, 100).grow->name == "gradient");
}

TEST_CASE("plan: what was guessed in reading the file of an init is told", "[training]") {
    const TemporaryFolder folder;
    const std::string file = folder / "net.safetensors";
    const auto ones = [](std::size_t count) { return bytes_of(std::vector<float>(count, 1.0F)); };
    write_bytes(file, safetensors({{"inp.weight", "F32", {32, 64}, ones(32 * 64)},
                                   {"hidden.weight", "F32", {16, 32}, ones(16 * 32)},
                                   {"final.weight", "F32", {10, 16}, ones(10 * 16)}}));
    config::RunConfig config = digits_request("static", "unused").config;
    CHECK(plan_network(config, 64, 10).file_notes.empty());
    config.sparsity.init = "file:" + file;
    const NetworkPlan plan = plan_network(config, 64, 10);
    REQUIRE(plan.file_notes.size() == 1);
    CHECK_THAT(plan.file_notes[0], Contains(file) && Contains("in the order of the file"));
}

TEST_CASE("plan: what a method keeps for every position is known before the run", "[training]") {
    const auto bytes = [](const std::string& method, const std::vector<std::string>& overrides = {}) {
        const config::RunConfig config = digits_request(method, "unused", overrides).config;
        return dense_state_bytes(config, plan_network(config, 64, 10));
    };
    const std::size_t positions = 64 * 32 + 32 * 16 + 16 * 10;
    for (const char* sparse : {"dense", "static", "set", "rigl", "granet", "mest"}) CHECK(bytes(sparse) == 0);
    for (const char* dense : {"snfs", "topkast", "ctre_cos"}) CHECK(bytes(dense) == 4 * positions);
    CHECK(bytes("snfs", {"sparsity.momentum_state=dense"}) == 8 * positions);
    CHECK(bytes("bidst") == 8 * positions);
    CHECK(bytes("bidst", {"sparsity.mask_candidates=0.5", "sparsity.mask_gradient=bilinear"}) == 0);
    CHECK(bytes("snfs", {"sparsity.dense_layers=[\"first\"]"}) == 4 * (positions - 64 * 32));
}

}  // namespace espalier::training
