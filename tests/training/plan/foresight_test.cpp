#include <espalier/training/plan/foresight.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// 64-32-16-10, 1437 digits, 21 steps an epoch, 3 epochs: 63 steps.
constexpr DataSizes digits_sizes{.inputs = 64, .classes = 10, .examples = 1437};

std::string refusal(const std::string& method, const std::vector<std::string>& overrides) {
    const TemporaryFolder folder;
    const RunRequest request = digits_request(method, folder.path(), overrides);
    std::string foreseen;
    try {
        require_possible(request.config, digits_sizes);
    } catch (const ConfigError& error) {
        foreseen = error.what();
    }
    std::string started;
    try {
        RunRequest one_step = request;
        stop_after(one_step, 1);
        run(one_step);
    } catch (const ConfigError& error) {
        started = error.what();
    }
    CHECK(started == foreseen);  // what is foreseen is what the run itself says
    return foreseen;
}

std::vector<std::string> notices(const std::string& method, const std::vector<std::string>& overrides) {
    const TemporaryFolder folder;
    RunRequest request = digits_request(method, folder.path(), overrides);
    std::vector<std::string> said;
    request.notice = [&](const std::string& text) { said.push_back(text); };
    run(request);
    return said;
}

}  // namespace

TEST_CASE("foresight: a dynamic method whose updates never fall is refused with numbers and remedy",
          "[training][foresight]") {
    CHECK(refusal("rigl", {"sparsity.update_every=100it"}) ==
          "sparsity.update_every = \"100it\": method rigl would never change its topology: the first update would come "
          "after step 100, and the last may after step 47 (sparsity.stop_fraction = 0.75 of 63 steps); set it to at "
          "most \"23it\", or train longer");
    CHECK(refusal("rigl", {"sparsity.update_every=23it"}).empty());
    CHECK_THAT(refusal("set", {"sparsity.update_every=4ep"}), Contains("\"4ep\"") && Contains("after step 84"));
    CHECK_THAT(refusal("set", {"sparsity.update_every=63it"}), Contains("after step 62"));  // none after the last step
    CHECK(refusal("set", {"sparsity.update_every=62it"}).empty());
    CHECK_THAT(refusal("rigl", {"sparsity.stop_fraction=0.0"}),
               Contains("stop_fraction = 0.0 of 63 steps") && Contains("no update may come after step 0"));
    CHECK_THAT(refusal("topkast", {"sparsity.update_every=100it"}), Contains("method topkast would never change"));
    CHECK_THAT(refusal("set", {"training.start=40it", "sparsity.stop_fraction=0.5"}),
               Contains("no update may come after step 31, and training.start is step 40"));
    CHECK(refusal("rigl", {"sparsity.update_every=100it", "sparsity.update_at_start=true"}).empty());
    CHECK_THAT(refusal("granet", {"sparsity.update_every=20it", "sparsity.stop_fraction=0.1"}),
               Contains("method granet would only prune and never exchange a weight"));
    CHECK(refusal("gmp", {"sparsity.update_every=20it", "sparsity.stop_fraction=0.1"}).empty());  // it only prunes
    CHECK_THAT(refusal("gmp", {"sparsity.update_every=100it"}), Contains("no update falls between"));
    CHECK(refusal("static", {"sparsity.update_every=100it"}).empty());
}

TEST_CASE("foresight: an update that drops nothing is none", "[training][foresight]") {
    CHECK_THAT(refusal("set", {"sparsity.drop_fraction=0"}), Contains("the fraction is 0 at every update"));
    // The only update is the last, where the cosine has come down to 0.
    CHECK_THAT(refusal("rigl", {"sparsity.update_every=47it"}),
               Contains("the fraction is 0 at every update") && Contains("after step 47"));
    CHECK(refusal("rigl", {"sparsity.update_every=47it", "sparsity.drop_fraction_min=0.1"}).empty());
    CHECK(refusal("dsr", {"sparsity.drop_fraction=0"}).empty());  // a threshold drops, not a share
    const std::string few = refusal("set", {"sparsity.density=0.003", "sparsity.drop_fraction=0.1"});
    CHECK_THAT(few, Contains("share of 0.1 of a layer's weights, at most") && Contains("drops none"));
    CHECK(refusal("set", {"sparsity.density=0.003", "sparsity.drop_fraction=0.1", "sparsity.drop_rounding=ceil"})
              .empty());
}

TEST_CASE("foresight: an empty network is refused", "[training][foresight]") {
    // 64 * 32 + 32 * 16 + 16 * 10 = 2720 weights
    CHECK_THAT(refusal("static", {"sparsity.density=0.0001"}), Contains("of 2720 weights keeps none: give at least"));
    CHECK(refusal("static", {"sparsity.density=0.0004"}).empty());
    CHECK_THAT(refusal("gmp", {"sparsity.density=0.0001"}), Contains("of 2720 weights leaves none at the end"));
    CHECK(refusal("gmp", {"sparsity.density=0.0001", "sparsity.min_per_layer=2"}).empty());
}

TEST_CASE("foresight: a dynamic method that hardly changes its topology says so", "[training][foresight]") {
    CHECK(notices("rigl", {"sparsity.update_every=20it"}) ==
          std::vector<std::string>{"method rigl changes its topology 2 times in 63 steps; sparsity.update_every = "
                                   "\"7it\" for more"});
    CHECK(notices("set", {"sparsity.update_every=40it"}).front() ==
          "method set changes its topology 1 time in 63 steps; sparsity.update_every = \"10it\" for more");
    CHECK(notices("set", {"sparsity.update_every=12it"}).empty());
    CHECK(notices("rigl", {"sparsity.update_every=7it"}).empty());     // what the remedy says is enough
    CHECK(notices("granet", {"sparsity.update_every=12it"}).empty());  // pruning changes it, too
    CHECK(notices("gmp", {"sparsity.update_every=12it"}).empty());
}

TEST_CASE("foresight: what is asked for and will not come is said in a line each", "[training][foresight]") {
    struct Case {
        std::string method;
        std::vector<std::string> overrides;
        std::string says;
    };
    const std::vector<Case> cases = {
        {"set", {"training.evaluate_every=4ep"}, "training.evaluate_every = \"4ep\" (84 steps) is longer than the 63"},
        {"set", {"snapshots.every=64it"}, "snapshots.every = \"64it\""},
        {"set", {"training.checkpoint_every=1000it"}, "no checkpoint before the end"},
        {"set", {"optimizer.warmup=4ep"}, "never reaches optimizer.learning_rate"},
        {"set", {"optimizer.schedule=cyclical"}, "optimizer.cycle = \"8ep\" (168 steps)"},
        {"set",
         {"optimizer.schedule=step", "optimizer.milestones=[0.5, 0.99]"},
         "optimizer.milestones 0.99 are never reached"},
        {"gmp",
         {"sparsity.density_schedule=cubic", "sparsity.update_every=20it", "sparsity.density_until=0.9"},
         "the density ends at"},
        {"set", {"sparsity.density=1.0"}, "keeps every weight of every layer"},
        {"static", {"sparsity.density=0.001"}, "keeps no weight: nothing passes it but biases"},
    };
    for (const Case& example : cases) {
        INFO(example.says);
        const std::vector<std::string> said = notices(example.method, example.overrides);
        REQUIRE_FALSE(said.empty());
        CHECK_THAT(said.front(), Contains(example.says));
    }
    for (const char* method : {"dense", "static", "set", "rigl", "gmp", "granet", "topkast"}) {
        INFO(method);
        CHECK(notices(method, {"snapshots.every=63it", "training.evaluate_every=63it"}).empty());
    }
}

TEST_CASE("foresight: a layer that loses its last weight is told of as it happens", "[training][foresight]") {
    const std::vector<std::string> said =
        notices("gmp", {"sparsity.density=0.004", "sparsity.update_every=20it", "sparsity.density_until=0.9"});
    REQUIRE_FALSE(said.empty());
    CHECK_THAT(said.back(), Contains("keeps no weight after step 40: nothing passes it but biases"));
}

TEST_CASE("foresight: a milestone at the last step is reached", "[training][foresight]") {
    CHECK(notices("set", {"optimizer.schedule=step", "optimizer.milestones=[0.98]"}).empty());  // step 62 of 63
}

}  // namespace espalier::training
