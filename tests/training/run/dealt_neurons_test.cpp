#include <algorithm>
#include <array>

#include <espalier/base/ranks/thread_ranks.hpp>
#include <espalier/training/run/run.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

using Settings = std::vector<std::string>;

/// What can be dealt: 64-33-17-10, none of which two or four ranks divide.
RunRequest dealable_request(const std::string& method, const std::filesystem::path& folder, Settings overrides = {}) {
    const Settings common = {"model.execution=sparse", "model.dropout=0", "model.hidden=[33, 17]",
                             "sparsity.exploration=false"};
    overrides.insert(overrides.begin(), common.begin(), common.end());
    return digits_request(method, folder, overrides);
}

/// @param stop_at  the step that the last rank asks to stop behind; -1: none
RunResult run_dealt(int ranks, const RunRequest& request, int stop_at = -1) {
    RunResult result;
    run_as_ranks(ranks, [&](Communicator& all) {
        RunRequest own = request;
        own.ranks = &all;
        own.split_neurons = true;
        if (stop_at >= 0 && all.rank() == ranks - 1)
            own.stop_requested = [asked = 0, stop_at]() mutable { return ++asked >= stop_at; };
        const RunResult done = run(own);
        if (all.rank() == 0) result = done;
    });
    return result;
}

std::string refusal_of_dealing(const std::string& method, const Settings& overrides) {
    const TemporaryFolder folder;
    try {
        run_dealt(2, dealable_request(method, folder.path(), overrides));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("dealt neurons: files, scores and counts are those of one rank, bit for bit", "[training][run][ranks]") {
    const std::vector<std::pair<std::string, Settings>> variants = {
        {"set", {}},
        {"static", {"model.normalisation=batch_norm", "optimizer.kind=adam"}},
        {"set", {"model.activation=leaky_relu", "optimizer.nesterov=true", "optimizer.weight_decay=1e-4"}},
        {"set", {"model.activation=sigmoid", "sparsity.drop_rule=taylor", "data.validation=0.2"}},
        {"set", {"sparsity.dense_layers=[\"fc2\"]", "sparsity.reset_momentum=true"}},
        {"set", {"sparsity.dense_layers=[\"fc3\"]", "model.normalisation=batch_norm", "model.activation=all_relu"}},
        {"set", {"sparsity.dense_layers=[\"fc1\"]", "sparsity.drop_rule=random", "model.input_noise=0.1"}},
        {"set", {"model.kind=autoencoder", "model.hidden=[21]", "snapshots.weights=false"}},
        {"set", {"training.batch_size=1", "training.epochs=1", "sparsity.update_every=100it"}}};
    std::size_t turn = 0;
    for (const auto& [method, overrides] : variants) {
        const int ranks = std::array{2, 4, 8}[turn++ % 3];
        INFO(method << " " << (overrides.empty() ? "" : overrides.front()) << " on " << ranks << " ranks");
        const TemporaryFolder whole, dealt;
        const RunRequest one = dealable_request(method, whole.path(), overrides);
        const RunRequest several = dealable_request(method, dealt.path(), overrides);
        const RunResult expected = run(one);
        const RunResult result = run_dealt(ranks, several);
        CHECK((all_arrays(several.folder) == all_arrays(one.folder)));
        CHECK(result.test_loss == expected.test_loss);
        CHECK(result.density == expected.density);
        CHECK(result.training_flops == expected.training_flops);
        CHECK(result.inference_flops == expected.inference_flops);
        CHECK(result.peak_rss_bytes_by_rank.size() == static_cast<std::size_t>(ranks));
    }
}

TEST_CASE("dealt neurons: a run goes on with other ranks, or alone", "[training][run][ranks]") {
    const TemporaryFolder whole, parts;
    const Settings settings = {"model.normalisation=batch_norm", "optimizer.kind=adam",
                               "training.checkpoint_every=5it"};
    const RunRequest one = dealable_request("set", whole.path(), settings);
    run(one);
    RunRequest several = dealable_request("set", parts.path(), settings);
    CHECK(run_dealt(2, several, 8).status == "interrupted");
    several.resume = true;
    CHECK(run_dealt(4, several, 11).status == "interrupted");
    RunRequest alone = several;
    stop_after(alone, 9);
    CHECK(run(alone).status == "interrupted");
    CHECK(run_dealt(8, several).status == "finished");
    CHECK((all_arrays(several.folder) == all_arrays(one.folder)));
}

TEST_CASE("dealt neurons: one rank has them all, and says so", "[training][run][ranks]") {
    const TemporaryFolder folder;
    std::vector<std::string> told;
    run_as_ranks(1, [&](Communicator& all) {
        RunRequest own = dealable_request("static", folder.path(), {"training.epochs=1"});
        own.ranks = &all;
        own.split_neurons = true;
        own.notice = [&](const std::string& text) { told.push_back(text); };
        run(own);
    });
    CHECK(
        std::ranges::any_of(told, [](const std::string& text) { return text.starts_with("--split-neurons has no"); }));
}

TEST_CASE("dealt neurons: what would need others' neurons is refused with what to set", "[training][run][ranks]") {
    using Case = std::array<std::string, 3>;
    for (const auto& [method, override_with, part] : {Case{"set", "training.blocks=2", "set it to 1"},
                                                      Case{"set", "model.execution=auto", "\"sparse\""},
                                                      Case{"set", "model.dropout=0.1", "set it to 0"},
                                                      Case{"set", "training.weight_average=0.9", "set it to 0"},
                                                      Case{"rigl", "optimizer.momentum=0.9", "choose \"random\""},
                                                      Case{"set", "sparsity.exploration=true", "false"},
                                                      Case{"set", "sparsity.init=snip", "choose erk"},
                                                      Case{"set", "model.activation=srelu", "srelu"},
                                                      Case{"set", "model.normalisation=layer_norm", "layer_norm"},
                                                      Case{"set", "model.kind=residual_mlp", "behind the other"},
                                                      Case{"set", "sparsity.drop_rule=movement", "magnitude"},
                                                      Case{"granet", "seed=3", "density_schedule"},
                                                      Case{"topkast", "seed=3", "parameters"},
                                                      Case{"bidst", "seed=3", "parameters"},
                                                      Case{"neurrev", "seed=3", "dormant_samples"},
                                                      Case{"neurrev", "sparsity.dormant_samples=0", "drop_rule"},
                                                      Case{"set", "sparsity.momentum_state=dense", "masked"},
                                                      Case{"set", "sparsity.grow_init=normal:0.1", "zeros"},
                                                      Case{"dense", "seed=3", "no layer stores a mask"},
                                                      Case{"snfs", "seed=3", "grow_rule"}}) {
        INFO(method << " " << override_with);
        const std::string text = refusal_of_dealing(method, {override_with});
        CHECK(text.find("--split-neurons: ") != std::string::npos);
        CHECK(text.find(part) != std::string::npos);
    }
}

}  // namespace espalier::training
