#include <algorithm>
#include <filesystem>

#include <espalier/base/files/files.hpp>

#include "child.hpp"
#include "small_run.hpp"
#include "small_sweep.hpp"
#include "support.hpp"

/// What a run shows while it goes on. When it shows it is the business of progress_test.cpp, whose clock is its own.
namespace espalier::cli {
using namespace testing;

TEST_CASE("run --progress: asked for, a bar is drawn wherever stderr goes, and is gone before the end",
          "[cli][progress]") {
    const TemporaryFolder folder;
    const Outcome outcome = espalier(small_run(folder / "run", {"--progress", "bar"}));
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.err, Contains("\repoch ") && Contains("/14") && Contains("loss "));
    CHECK(outcome.err.ends_with("\r\x1b[K"));
    CHECK(std::ranges::count(outcome.err, '\n') == 0);
}

TEST_CASE("run --progress: what fails says one line, whatever form is asked for", "[cli][progress]") {
    const TemporaryFolder folder;
    for (const std::string form : {"auto", "lines", "none"}) {
        CHECK_THAT(
            check_fails(1, small_run(folder / form, {"--progress", form, "--set", "optimizer.learning_rate=1e30"})),
            Contains("not a finite number"));
    }
    // The bar goes before the error comes.
    const Outcome barred =
        espalier(small_run(folder / "bar", {"--progress", "bar", "--set", "optimizer.learning_rate=1e30"}));
    CHECK(barred.status == 1);
    const std::size_t error = barred.err.rfind("espalier: ");
    REQUIRE(error != std::string::npos);
    CHECK(barred.err.find('\r', error) == std::string::npos);
    CHECK(std::ranges::count(barred.err, '\n') == 1);
}

TEST_CASE("run, sweep, tickets find, tune: an unknown form of progress is refused before any work", "[cli][progress]") {
    const TemporaryFolder folder;
    const std::string wrong = "--progress 'line' is not known. Did you mean 'lines'? Known: auto, bar, lines, none";
    CHECK_THAT(check_fails(2, small_run(folder / "run", {"--progress", "line"})), Contains(wrong));
    CHECK_FALSE(std::filesystem::exists(folder / "run"));
    CHECK_THAT(check_fails(2, small_sweep(folder.path(), small_grid, {"--progress", "line"})), Contains(wrong));
    CHECK_THAT(check_fails(2, {"tickets", "find", "none.toml", "--progress", "line"}), Contains(wrong));
    CHECK_THAT(check_fails(2, {"tune", "--progress", "line"}), Contains(wrong));
    const Outcome outcome = espalier(small_run(folder / "run"), {"ESPALIER_PROGRESS=line"});
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.err, Contains("ESPALIER_PROGRESS 'line' is not known"));
}

}  // namespace espalier::cli
