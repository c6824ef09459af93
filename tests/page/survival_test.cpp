#include <fstream>

#include <espalier/page/survival.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

MadeRun run_of(const std::filesystem::path& file, std::int64_t seed) {
    return {.seed = seed, .file = file, .snapshots = {"000000000", "000000010"}};
}

PageRuns with_epochs(PageRuns all) {
    for (sweep::RunRecord& record : all.records) record.evaluations.push_back({.step = 10, .epoch = 1.0});
    return all;
}

}  // namespace

TEST_CASE("survival: the share of the first mask that is there", "[page][survival]") {
    const TemporaryFolder folder;
    write_snapshots(folder / "0.h5", {"000000000", "000000010"},
                    {pattern({{1, 1, 0, 0}, {1, 1, 0, 0}}), pattern({{1, 1, 0, 0}, {1, 0, 1, 0}})});
    std::vector<std::string> left_out;
    const BandChart chart = survival_chart(with_epochs(made_runs({run_of(folder / "0.h5", 0)})), left_out, tell_nobody);
    CHECK(left_out.empty());
    REQUIRE(chart.bands.size() == 1);
    CHECK(chart.bands[0].mean == std::vector<double>{1.0, 0.75});
    CHECK(chart.sentence == "The surviving share falls from 100.0 % to 75.0 %.");
}

TEST_CASE("survival: files that would take minutes to read are left out, and said", "[page][survival]") {
    const TemporaryFolder folder;
    write_snapshots(folder / "0.h5", {"000000000", "000000010"}, {pattern({{1, 1}}), pattern({{1, 0}})});
    std::ofstream(folder / "1.h5") << "not read";
    // Without blocks on the disk: only its size is looked at.
    std::filesystem::resize_file(folder / "1.h5", static_cast<std::uintmax_t>(most_survival_work * 4.0) + 1);
    std::vector<std::string> left_out;
    const PageRuns all = with_epochs(made_runs({run_of(folder / "0.h5", 0), run_of(folder / "1.h5", 1)}));
    const BandChart chart = survival_chart(all, left_out, tell_nobody);
    REQUIRE(chart.bands.size() == 1);
    CHECK(chart.bands[0].runs == 1);
    CHECK(left_out == std::vector<std::string>{"survival of connections of 1 run: reading would take minutes"});
}

}  // namespace espalier::page
