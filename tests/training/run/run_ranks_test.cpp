#include <algorithm>
#include <array>
#include <atomic>
#include <numeric>
#include <tuple>

#include <espalier/base/ranks/thread_ranks.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/training/run/run.hpp>
#include <espalier/training/trainer/trainer.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

using Overrides = std::vector<std::string>;

RunRequest by_eight(const std::string& method, const std::filesystem::path& folder, Overrides overrides = {}) {
    overrides.emplace_back("training.blocks=8");
    return digits_request(method, folder, overrides);
}

/// @param stop_at  the step that a rank asks to stop behind; -1: none
/// @param asking   which
RunResult run_by(int ranks, const RunRequest& request, int stop_at = -1, int asking = 0) {
    RunResult result;
    run_as_ranks(ranks, [&](Communicator& all) {
        RunRequest own = request;
        own.ranks = &all;
        // Asked before every step: what is wished before step k ends the run behind it.
        if (stop_at >= 0 && all.rank() == asking)
            own.stop_requested = [asked = 0, stop_at]() mutable { return ++asked >= stop_at; };
        const RunResult done = run(own);
        if (all.rank() == 0) result = done;
    });
    return result;
}

auto arrays_of(const RunRequest& request) {
    return all_arrays(request.folder);
}

}  // namespace

TEST_CASE("run by ranks: with every method, begun, resumed and ended on any number of ranks, the bits are one rank's",
          "[training][run][ranks]") {
    // A run of one rank and of several goes on with what the other began; steps 7, 14, ... are updates, 21 and 42 ends
    // of epochs.
    constexpr std::array<std::array<int, 3>, 4> courses = {{{2, 8, 1}, {4, 1, 2}, {8, 2, 4}, {1, 4, 8}}};
    std::size_t turn = 0;
    for (const std::string& method : names_of(sparsity::methods())) {
        const auto& course = courses[turn++ % courses.size()];
        INFO(method << " on " << course[0] << ", " << course[1] << " and " << course[2] << " ranks");
        const TemporaryFolder whole, parts;
        const RunRequest one = by_eight(method, whole.path());
        run(one);
        RunRequest several = by_eight(method, parts.path());
        CHECK(run_by(course[0], several, 8, course[0] - 1).status == "interrupted");
        several.resume = true;
        CHECK(run_by(course[1], several, 20).status == "interrupted");
        CHECK(run_by(course[2], several).status == "finished");
        CHECK((arrays_of(several) == arrays_of(one)));
    }
}

TEST_CASE("run by ranks: of every model, normalisation and optimizer the bits are one rank's",
          "[training][run][ranks]") {
    const std::vector<std::pair<std::string, Overrides>> variants = {
        {"rigl", {"model.normalisation=batch_norm", "model.activation=srelu", "optimizer.kind=adam"}},
        {"rigl", {"model.kind=cifar_resnet_8_4", "data.flip=true", "data.crop_padding=1", "training.epochs=1"}},
        {"set", {"model.kind=wrn-10-1", "model.width=2", "model.global_pool=true", "training.epochs=1"}},
        {"topkast", {"model.kind=residual_mlp", "model.hidden=[32, 24, 16]", "model.normalisation=batch_norm"}},
        {"neurrev", {"sparsity.drop_rule=revival_activity", "model.dropout=0"}},
        {"bidst", {"sparsity.mask_rate=30", "sparsity.mask_gradient=bilinear"}},
        {"rigl", {"sparsity.gradient_time=fresh", "sparsity.grow_init=grad:0.5", "model.input_noise=0.1"}},
        {"rigl", {"sparsity.redistribution=momentum", "sparsity.grow_rule=gradient_sampled"}},
        {"rigl", {"sparsity.momentum_state=dense", "sparsity.init=snip"}},
        {"set", {"model.kind=autoencoder", "model.hidden=[20]", "model.input_noise=0.2", "model.activation=sigmoid"}},
        {"set", {"sparsity.drop_rule=movement", "model.normalisation=layer_norm"}},
        {"set",
         {"model.kind=slak_1_1", "model.width=4", "model.kernels=[5, 3]", "model.stochastic_depth=0.3",
          "model.layer_scale=0.5", "training.weight_average=0.9", "optimizer.kind=adamw", "optimizer.weight_decay=0.05",
          "optimizer.decay_of=weights", "training.epochs=1"}},
        // The last batch has 1 sample, or 3: most blocks, and most ranks, have none.
        {"rigl", {"training.batch_size=76", "training.epochs=2"}},
        {"rigl", {"training.batch_size=86", "training.epochs=2", "model.normalisation=batch_norm"}}};
    std::size_t turn = 0;
    for (const auto& [method, overrides] : variants) {
        const int ranks = std::array{2, 8, 4}[turn++ % 3];
        INFO(method << " " << overrides.front() << " on " << ranks << " ranks");
        const TemporaryFolder whole, shared;
        const RunRequest one = by_eight(method, whole.path(), overrides);
        const RunRequest several = by_eight(method, shared.path(), overrides);
        const RunResult expected = run(one);
        const RunResult result = run_by(ranks, several);
        CHECK((arrays_of(several) == arrays_of(one)));
        CHECK(result.test_loss == expected.test_loss);
        CHECK(result.training_flops == expected.training_flops);
    }
}

TEST_CASE("run by ranks: ranks that share the optimizer's state leave the same files, for any number to go on with",
          "[training][run][ranks]") {
    const std::vector<std::pair<std::string, Overrides>> variants = {
        {"rigl", {"optimizer.kind=adam", "model.normalisation=batch_norm"}},
        {"set", {"optimizer.nesterov=true", "optimizer.weight_decay=1e-4", "sparsity.reset_momentum=true"}},
        {"dense", {"training.checkpoint_every=4it"}},
        {"set", {"training.weight_average=0.9", "optimizer.kind=adamw", "optimizer.weight_decay=0.05"}},
        {"gmp", {}},
        {"granet", {"sparsity.drop_rule=taylor"}},
        {"snfs", {}},
        {"rigl", {"optimizer.momentum=0"}},
        {"rigl",
         {"sparsity.gradient_time=fresh", "sparsity.skip_optimizer_step=true", "sparsity.update_at_start=true"}},
        {"rigl", {"model.kind=cifar_resnet_8_4", "training.epochs=1"}}};
    std::size_t turn = 0;
    for (const auto& [method, overrides] : variants) {
        const int ranks = std::array{4, 2, 8}[turn++ % 3];
        INFO(method << " " << (overrides.empty() ? "" : overrides.front()) << " on " << ranks << " ranks");
        const TemporaryFolder whole, parts;
        const RunRequest one = by_eight(method, whole.path(), overrides);
        run(one);
        RunRequest several = by_eight(method, parts.path(), overrides);
        several.share_optimizer_state = true;
        run_by(ranks, several, 9);
        several.resume = true;
        several.share_optimizer_state = false;  // goes on with all of the state on each rank
        run_by(turn % 2 == 0 ? 1 : 2, several, 5);
        several.share_optimizer_state = true;
        CHECK(run_by(ranks / 2, several).status == "finished");
        CHECK((arrays_of(several) == arrays_of(one)));
    }
    const TemporaryFolder folder;
    for (const auto& [method, overrides, key] :
         {std::tuple{"topkast", Overrides{}, "sparsity.parameters"},
          std::tuple{"bidst", Overrides{}, "sparsity.parameters"},
          std::tuple{"neurrev", Overrides{}, "sparsity.drop_rule"},
          std::tuple{"set", Overrides{"sparsity.drop_rule=movement"}, "sparsity.drop_rule"},
          std::tuple{"rigl", Overrides{"sparsity.momentum_state=dense"}, "sparsity.momentum_state"}}) {
        RunRequest refused = by_eight(method, folder.path(), overrides);
        refused.share_optimizer_state = true;
        CHECK_THROWS_WITH(run_by(2, refused), Contains(key) && Contains("--shard-optimizer"));
    }
}

TEST_CASE("run by ranks: what a rank holds of the optimizer's state falls with the number of ranks",
          "[training][run][ranks]") {
    const config::RunConfig config = by_eight("rigl", "unused", {"optimizer.kind=adam"}).config;
    const auto held = [&](int count) {
        std::vector<std::size_t> found(static_cast<std::size_t>(count));
        run_as_ranks(count, [&](Communicator& all) {
            Trainer t(config, digits(), &all, Sharing::samples_and_state);
            while (t.step() < 8) {  // an update among them
                t.train_step();
                if (t.update_is_due()) t.update_topology();
            }
            for (const nn::ParameterEntry<float>& entry : t.network().table().entries()) {
                for (const auto& state : entry.parameter->state)
                    found[static_cast<std::size_t>(all.rank())] += state.size();
            }
        });
        return found;
    };
    const std::size_t all = held(1).front();
    for (const int count : {2, 4, 8}) {
        const std::vector<std::size_t> shares = held(count);
        CHECK(std::accumulate(shares.begin(), shares.end(), std::size_t{0}) == all);
        CHECK(std::ranges::max(shares) < all * 3 / 2 / static_cast<std::size_t>(count));
    }
}

TEST_CASE("run by ranks: more ranks than blocks, or three, are refused with the remedy", "[training][run][ranks]") {
    const TemporaryFolder folder;
    const auto shared_by = [&](int ranks, const char* blocks) {
        return [&folder, ranks, blocks] { run_by(ranks, digits_request("set", folder.path(), {blocks})); };
    };
    CHECK_THROWS_WITH(shared_by(2, "training.blocks=1")(),
                      Contains("2 ranks cannot share training.blocks = 1") && Contains("set training.blocks = 2"));
    CHECK_THROWS_WITH(shared_by(3, "training.blocks=8")(), Contains("3 ranks") && Contains("a power of two"));
    CHECK_FALSE(std::filesystem::exists(folder / "run.h5"));
}

TEST_CASE("run by ranks: an error of any rank ends the run, which is resumed to the uninterrupted bits",
          "[training][run][ranks]") {
    const TemporaryFolder whole, parts;
    const RunRequest one = by_eight("rigl", whole.path());
    run(one);
    const RunRequest request = by_eight("rigl", parts.path(), {"training.checkpoint_every=5it"});
    for (const int failing : {1, 0}) {
        INFO("rank " << failing << " fails");
        const auto fails = [&] {
            run_as_ranks(4, [&](Communicator& all) {
                RunRequest own = request;
                own.ranks = &all;
                own.force = true;
                if (all.rank() == failing)
                    own.stop_requested = [steps = 0]() mutable -> bool {
                        if (++steps > 12) throw IoError("no memory here");
                        return false;
                    };
                run(own);
            });
        };
        CHECK_THROWS_WITH(fails(), "no memory here");
        const RunSummary summary = read_run_summary(parts / "run.h5");
        CHECK(summary.status != "finished");
        if (failing > 0) CHECK(summary.status == "failed");
    }
    RunRequest again = by_eight("rigl", parts.path(), {"training.checkpoint_every=5it"});
    again.resume = true;
    CHECK(run_by(2, again).status == "finished");
    auto found = arrays_of(again);
    auto expected = arrays_of(one);
    for (auto* arrays : {&found, &expected}) arrays->erase("checkpoint/config");  // it names how often is saved
    CHECK((found == expected));
}

TEST_CASE("run by ranks: a loss that is no number is one error of all, told once", "[training][run][ranks]") {
    const TemporaryFolder folder;
    RunRequest request = by_eight("set", folder.path());
    request.config.optimizer.learning_rate = 1e30;
    std::atomic<int> numeric = 0;
    CHECK_THROWS_AS(run_as_ranks(4,
                                 [&](Communicator& all) {
                                     RunRequest own = request;
                                     own.ranks = &all;
                                     try {
                                         run(own);
                                     } catch (const NumericError&) {
                                         ++numeric;
                                         throw;
                                     }
                                 }),
                    NumericError);
    CHECK(numeric == 4);
    CHECK(read_run_summary(folder / "run.h5").status == "failed");
}

TEST_CASE("run by ranks: ranks that hold other weights are found at the start", "[training][run][ranks]") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH(run_as_ranks(2,
                                   [&](Communicator& all) {
                                       RunRequest own = by_eight("set", folder.path());
                                       own.ranks = &all;
                                       if (all.rank() == 1) own.config.seed = 4;
                                       run(own);
                                   }),
                      Contains("rank 1 begins with other weights"));
}

}  // namespace espalier::training
