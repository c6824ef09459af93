#include <espalier/page/tiles.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

/// The same runs as another program's loop leaves them: no configuration, which is then all defaults.
PageRuns foreign(PageRuns all) {
    for (sweep::RunRecord& record : all.records) record.has_config = false;
    return all;
}

}  // namespace

TEST_CASE("tiles: nothing is said of a run that it has not said itself", "[page][tiles]") {
    const PageRuns all = foreign(made_runs({{.density = 0.09996}, {.group = 1, .density = 0.1002}}));
    CHECK(title_of(all) == "a and b at density 0.1");
    CHECK(subtitle_of(all) == "2 runs \u00b7 2 groups \u00b7 4-4");
    const PageRuns other = foreign(made_runs({{.density = 0.05}, {.group = 1, .density = 0.1}}));
    CHECK(title_of(other) == "a and b");
    CHECK(title_of(foreign(made_runs({{}, {.group = 1}, {.group = 2}, {.group = 3}}))) == "4 groups");
}

TEST_CASE("tiles: of a few keys that a run gives, these alone count", "[page][tiles]") {
    PageRuns all = made_runs({{.density = 0.25}});
    all.records[0].given_keys = std::set<std::string, std::less<>>{"sparsity.method", "data.dataset"};
    all.records[0].config.data.dataset = "cifar10";
    CHECK(title_of(all) == "cifar10 at density 0.25");
    CHECK(subtitle_of(all) == "1 run \u00b7 1 group \u00b7 4-4");
}

TEST_CASE("tiles: what runs of Espalier's have in common", "[page][tiles]") {
    config::RunConfig config;
    config.data.dataset = "digits";
    config.sparsity.density = 0.08;
    PageRuns all = made_runs({{.config = config, .density = 0.0799}, {.group = 1, .config = config}});
    all.name = "methods";
    CHECK(title_of(all) == "digits at density 0.08");
    CHECK(subtitle_of(all) == "methods \u00b7 2 runs \u00b7 2 groups \u00b7 mlp 4-4");
    CHECK(title_of(foreign(std::move(all))) == "a and b");  // one says its density, the other does not
}

TEST_CASE("tiles: how many runs are finished, and of one how it ended", "[page][tiles]") {
    CHECK(tiles(made_runs({{.status = "interrupted"}}), {})[0].label == "run, interrupted");
    CHECK(tiles(made_runs({{}, {.seed = 1}}), {})[0].label == "runs, all finished");
    CHECK(tiles(made_runs({{}, {.seed = 1, .status = "failed"}}), {})[0].label == "runs, 1 finished");
}

}  // namespace espalier::page
