#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/data/split.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/trainer/trainer.hpp>

#include "run_requests.hpp"
#include "support.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// A stream of 32 features with two blocks of 24 and 16 inside.
std::vector<std::string> residual(const std::string& normalisation, std::vector<std::string> more = {}) {
    more.insert(more.end(),
                {"model.kind=residual_mlp", "model.hidden=[32, 24, 16]", "model.normalisation=" + normalisation});
    return more;
}

}  // namespace

TEST_CASE("residual network: stopped at any step and resumed, it ends as if it had never stopped", "[training][run]") {
    for (const auto& [method, normalisation] :
         {std::pair{"rigl", "batch_norm"}, std::pair{"set", "layer_norm"}, std::pair{"topkast", "none"}}) {
        INFO(method << " " << normalisation);
        const TemporaryFolder whole;
        run(digits_request(method, whole.path(), residual(normalisation)));
        const TemporaryFolder parts;
        run_in_parts(digits_request(method, parts.path(), residual(normalisation)), {1, 7, 20, 21, 22, 50});
        const auto expected = all_arrays(whole.path());
        CHECK(expected.size() > 50);
        CHECK((all_arrays(parts.path()) == expected));
    }
}

TEST_CASE("residual network: equal bits for any number of threads", "[training][run]") {
    for (const std::string normalisation : {"batch_norm", "layer_norm"}) {
        const auto arrays_with = [&](int count) {
            set_threads(count);
            const TemporaryFolder folder;
            run(digits_request("rigl", folder.path(), residual(normalisation)));
            set_threads(1);
            return all_arrays(folder.path());
        };
        const auto expected = arrays_with(1);
        for (const int count : {2, 4}) CHECK((arrays_with(count) == expected));
    }
}

TEST_CASE("residual network: it learns, with every normalisation, dense and sparse", "[training][run]") {
    for (const std::string normalisation : {"none", "batch_norm", "layer_norm"}) {
        for (const std::string method : {"dense", "static", "rigl"}) {
            INFO(method << " " << normalisation);
            const TemporaryFolder folder;
            const RunResult done =
                run(digits_request(method, folder.path(), residual(normalisation, {"training.epochs=8"})));
            CHECK(done.test_accuracy > 0.8);
        }
    }
}

TEST_CASE("residual network: masked training computes what sparse kernels do", "[training][run]") {
    const auto accuracy = [](const char* execution) {
        Trainer trainer(
            digits_request("static", "unused", residual("batch_norm", {std::string("model.execution=") + execution}))
                .config,
            digits());
        for (int step = 0; step < 21; ++step) trainer.train_step();
        return std::pair(trainer.test_score(), trainer.network().table().entries()[0].parameter->values);
    };
    const auto [sparse, sparse_weights] = accuracy("sparse");
    const auto [dense, dense_weights] = accuracy("dense");
    CHECK(sparse.loss == Approx(dense.loss).epsilon(1e-4));
    REQUIRE(sparse_weights.size() == dense_weights.size());
    for (std::size_t k = 0; k < sparse_weights.size(); ++k)
        CHECK(sparse_weights[k] == Approx(dense_weights[k]).margin(1e-4));
}

TEST_CASE("residual network: its run file says which layers feed which", "[training][run]") {
    const TemporaryFolder folder;
    run(digits_request("static", folder.path(), residual("batch_norm")));
    const topology::Topology read = topology::read_snapshot(folder / "run.h5", "000000063");
    using Names = std::vector<std::string>;
    REQUIRE(read.layers.size() == 6);
    CHECK(read.layers[0].name == "000_stem");
    CHECK(read.layers[0].fed_by == Names{""});
    CHECK(read.layers[1].name == "002_block1.fc1");
    CHECK(read.layers[1].fed_by == Names{"000_stem"});
    CHECK(read.layers[2].fed_by == Names{"002_block1.fc1"});
    CHECK(read.layers[3].fed_by == Names{"000_stem", "005_block1.fc2"});
    CHECK(read.layers[5].fed_by == Names{"000_stem", "005_block1.fc2", "011_block2.fc2"});
    run(digits_request("static", folder.path() / "chain"));
    const topology::Topology chain = topology::read_snapshot(folder / "chain/run.h5", "000000063");
    for (const topology::Layer& layer : chain.layers) CHECK_FALSE(layer.fed_by.has_value());
}

TEST_CASE("residual network: running means are state: they are saved, and evaluation uses them", "[training][run]") {
    const TemporaryFolder folder;
    run(digits_request("static", folder.path(), residual("batch_norm")));
    bool moved = false;
    for (const auto& parameter : topology::read_parameters(folder / "run.h5", "000000063")) {
        if (parameter.name != "running_mean") continue;
        for (const float value : parameter.values) moved = moved || value != 0.0F;
    }
    CHECK(moved);
}

TEST_CASE("batch norm: a batch size that leaves one sample is refused before training", "[training]") {
    const auto trainer = [](const std::string& size) {
        return Trainer(
            digits_request("static", "unused", {"model.normalisation=batch_norm", "training.batch_size=" + size})
                .config,
            digits());
    };
    const std::size_t training = data::split_off_validation(digits().train.count, 0.1).training.size();
    CHECK_THROWS_WITH(trainer("1"), Contains("training.batch_size = 1"));
    CHECK_THROWS_WITH(trainer(std::to_string(training - 1)), Contains("leaves a batch of one"));
    CHECK_NOTHROW(trainer("64"));
}

}  // namespace espalier::training
