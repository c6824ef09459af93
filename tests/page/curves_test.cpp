#include <espalier/page/curves.hpp>
#include <espalier/page/tiles.hpp>

#include "page/foreign_run.hpp"
#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

const std::vector<double> accuracies = {0.5, 0.75, 0.97};

/// Three evaluations, at steps 100, 200 and 300, with what `more` adds to the first, second and third.
void evaluate(training::RunFile& run, const std::function<std::vector<training::Entry>(std::int64_t)>& more) {
    for (std::int64_t k = 0; k < 3; ++k) {
        std::vector<training::Entry> row = {{"split", "test"}, {"accuracy", accuracies[static_cast<std::size_t>(k)]}};
        for (const training::Entry& entry : more(k)) row.push_back(entry);
        run.append("eval", 100 * (k + 1), row);
        run.append("train", 100 * (k + 1), {{"loss", 3 - k}});
    }
}

const BandChart& with_id(const std::vector<BandChart>& charts, const std::string& id) {
    const auto found = std::ranges::find(charts, id, &BandChart::id);
    REQUIRE(found != charts.end());
    return *found;
}

/// A page's runs of one foreign run whose evaluations say this.
PageRuns page_of(const TemporaryFolder& folder, const std::function<std::vector<training::Entry>(std::int64_t)>& more) {
    write_foreign_run(folder / "run.h5", "mine", 0, {2, 2}, [&](training::RunFile& run) {
        write_mask(run, 0, pattern({{1, 0}, {0, 1}}));
        evaluate(run, more);
    });
    return read_page_runs({{(folder / "run.h5").string()}}, {}, tell_nobody);
}

}  // namespace

TEST_CASE("curves: epochs in a column of integers", "[page][curves]") {
    const TemporaryFolder folder;
    const PageRuns all = page_of(folder, [](std::int64_t k) -> std::vector<training::Entry> {
        return {{"epoch", k + 1}};
    });
    const std::vector<BandChart> charts = curves(all);
    const BandChart& accuracy = with_id(charts, "test_accuracy");
    CHECK(accuracy.x_name == "epoch");
    CHECK(accuracy.bands[0].x == std::vector<double>{1, 2, 3});
    CHECK(accuracy.bands[0].mean == accuracies);
    CHECK(accuracy.sentence == "mine ends at 97.0 %, one seed.");
    CHECK(tiles(all, charts)[1].value == "97.0 %");
    // The rows of training say no epoch, and their losses are whole numbers.
    CHECK(with_id(charts, "train_loss").x_name == "step");
    CHECK(with_id(charts, "train_loss").bands[0].mean == std::vector<double>{3, 2, 1});
}

TEST_CASE("curves: without epochs, and within one, over steps", "[page][curves]") {
    const TemporaryFolder folder;
    const auto nothing = [](std::int64_t) -> std::vector<training::Entry> { return {}; };
    const auto one_epoch = [](std::int64_t) -> std::vector<training::Entry> { return {{"epoch", 0}}; };
    std::size_t number = 0;
    for (const auto& more : {std::function<std::vector<training::Entry>(std::int64_t)>(nothing), {one_epoch}}) {
        const TemporaryFolder own;
        INFO(number++);
        const PageRuns all = page_of(own, more);
        const std::vector<BandChart> charts = curves(all);
        const BandChart& accuracy = with_id(charts, "test_accuracy");
        CHECK(accuracy.x_name == "step");
        CHECK(accuracy.bands[0].x == std::vector<double>{100, 200, 300});
        CHECK(accuracy.bands[0].mean == accuracies);
        CHECK(tiles(all, charts)[1].value == "97.0 %");
        CHECK(with_id(charts, "flops").x_name == "step");
    }
}

TEST_CASE("curves: the headline is what each run measured last, not where all have a point", "[page][curves]") {
    PageRuns all = made_runs({{.seed = 0}, {.seed = 1}});
    all.records[0].evaluations = {{.step = 10, .test_accuracy = 0.25}, {.step = 100, .test_accuracy = 0.75}};
    all.records[1].evaluations = {{.step = 10, .test_accuracy = 0.25}, {.step = 110, .test_accuracy = 1.0}};
    CHECK(tiles(all, curves(all))[1].value == "87.5 %");
}

}  // namespace espalier::page
