#include <nlohmann/json.hpp>

#include <espalier/page/page_runs.hpp>
#include <espalier/page/tables.hpp>
#include <espalier/page/tiles.hpp>

#include "page/foreign_run.hpp"
#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

const Pattern kept_mask = pattern({{1, 0, 1, 0}, {0, 1, 0, 0}});

std::vector<std::string> labels_of(const PageRuns& all) {
    std::vector<std::string> labels;
    for (const PageRun& run : all.runs) labels.push_back(run.label);
    return labels;
}

}  // namespace

TEST_CASE("page_runs: topologies are groups of their own behind the runs", "[page][page_runs]") {
    const TemporaryFolder folder;
    const auto path = [&](const std::string& name) { return (folder / name).string(); };
    write_snapshots(folder / "a.h5", {"x"}, {kept_mask});
    write_snapshots(folder / "other/a.h5", {"x"}, {kept_mask});
    write_foreign_run(folder / "run/run.h5", "a", 3, {2, 4},
                      [](training::RunFile& run) { write_mask(run, 0, kept_mask); });
    const PageRuns all = read_page_runs(
        {{path("a.h5"), true}, {path("run/run.h5"), false}, {path("other/a.h5"), true}, {path("none.h5"), true}}, {},
        tell_nobody);
    CHECK(labels_of(all) == std::vector<std::string>{"a s3", path("a.h5"), path("other/a.h5")});
    CHECK(all.topologies() == 2);
    CHECK(all.unreadable() == 1);
    CHECK(subtitle_of(all).find("2 topologies") != std::string::npos);
    CHECK(runs_table(all)["rows"].size() == 4);
    CHECK(means_table(all)["rows"].size() == 1);
}

TEST_CASE("page_runs: of topologies alone there are no means, no seeds and no accuracy", "[page][page_runs]") {
    const TemporaryFolder folder;
    write_snapshots(folder / "a.h5", {"x"}, {kept_mask});
    write_snapshots(folder / "b.h5", {"x"}, {kept_mask});
    const PageRuns all =
        read_page_runs({{(folder / "a.h5").string(), true}, {(folder / "b.h5").string(), true}}, {}, tell_nobody);
    CHECK(labels_of(all) == std::vector<std::string>{"a", "b"});
    CHECK(title_of(all) == "a and b at density 0.38");
    CHECK(subtitle_of(all) == "2 topologies \u00b7 4-2");
    CHECK(means_table(all).is_null());
    CHECK(runs_table(all)["title"] == "Topologies");
    CHECK(runs_table(all)["sentence"] == "2 topologies.");
    const std::vector<Tile> found = tiles(all, {});
    REQUIRE(found.size() == 2);
    CHECK(found[0].label == "topologies");
    CHECK(found[1].value == "37.5 %");
    CHECK(found[1].label == "of weights kept");
}

TEST_CASE("page_runs: a name that all groups share is left out of their labels", "[page][page_runs]") {
    const TemporaryFolder folder;
    std::vector<Source> sources;
    for (const char* method : {"set", "rigl"}) {
        const std::filesystem::path file = folder / method / "run.h5";
        write_foreign_run(
            file, "methods", 0, {2, 4}, [](training::RunFile&) {}, std::string("sparsity.method = \"") + method + "\"");
        sources.push_back({file.string()});
    }
    const PageRuns all = read_page_runs(sources, {}, tell_nobody);
    CHECK(all.name == "methods");
    CHECK(labels_of(all) == std::vector<std::string>{"method set s0", "method rigl s0"});
    CHECK_THAT(title_of(all), !Contains("fashion"));
    CHECK(subtitle_of(all) == "methods \u00b7 2 runs \u00b7 2 groups \u00b7 4-2");
}

}  // namespace espalier::page
