#include <fstream>
#include <thread>

#include <espalier/base/text/error.hpp>
#include <espalier/config/print.hpp>
#include <espalier/sweep/element.hpp>
#include <espalier/training/run/run_file.hpp>

#include "support.hpp"
#include "training/run_requests.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

namespace fs = std::filesystem;

/// A folder of a run that is prepared, in which nothing has begun.
training::RunRequest prepared(const fs::path& folder) {
    training::RunRequest request = digits_request("set", folder);
    fs::create_directories(folder);
    std::ofstream(folder / "run.toml") << request.config_text;
    return request;
}

}  // namespace

TEST_CASE("element: its runs are those of its line, found from its folder wherever that is", "[sweep][element]") {
    const TemporaryFolder folder;
    const fs::path out = folder / "sweep", here = out / "slurm/first";
    fs::create_directories(here);
    const std::vector<std::vector<fs::path>> elements = {{out / "a b-s0", out / "c-s0"}, {out / "chain/level-00"}};
    write_elements(here, elements);
    CHECK(read_elements(here) == elements);
    CHECK(element_runs(here, 1) == elements[1]);
    CHECK_THROWS_WITH(element_runs(here, 2), Contains("no element 2") && Contains("which has 2, counted from 0"));
    fs::rename(out, folder / "moved");
    CHECK(element_runs(folder / "moved/slurm/first", 0)[0] == folder / "moved/a b-s0");
    CHECK_THROWS_WITH(read_elements(folder / "none"), Contains("--prepare"));
}

TEST_CASE("element: what the folders of its runs hold decides", "[sweep][element]") {
    const TemporaryFolder folder;
    training::RunRequest done = prepared(folder / "done");
    training::run(done);
    training::RunRequest begun = prepared(folder / "begun");
    stop_after(begun, 5);
    training::run(begun);
    prepared(folder / "new");
    const training::RunRequest taken = prepared(folder / "taken");
    const training::RunFile writer =
        training::RunFile::create(training::WriterLock(folder / "taken/run.h5"),
                                  {taken.config.name, taken.config.seed, "test", taken.config_text, "", {}});
    write_elements(folder.path(), {{folder / "done", folder / "begun", folder / "new", folder / "taken"}});
    const std::vector<Item> agenda = element_agenda(folder.path(), 0);
    CHECK(agenda[0].step == Step::skip);
    CHECK(agenda[1].step == Step::resume);
    CHECK(agenda[2].step == Step::start);
    CHECK(agenda[3].step == Step::refuse);
    CHECK(agenda[3].state.status == "running");
    CHECK(agenda[1].folder == folder / "begun");
    CHECK(agenda[1].point.name == "begun");
    fs::remove(folder / "new/run.toml");
    CHECK_THROWS_WITH(element_agenda(folder.path(), 0), Contains("new holds no run.toml"));
}

TEST_CASE("element: only the run that was there is replaced, not one that was begun since", "[sweep][element]") {
    const TemporaryFolder folder;
    training::RunRequest request = prepared(folder / "a");
    stop_after(request, 5);
    training::run(request);
    prepared(folder / "b");
    std::ofstream(folder / "b/run.h5") << "damaged";
    write_elements(folder.path(), {{folder / "a", folder / "b"}});
    std::vector<Item> agenda = element_agenda(folder.path(), 0);
    CHECK(agenda[0].step == Step::resume);
    CHECK(agenda[1].step == Step::leave);
    for (Item& item : agenda) item.step = Step::replace;
    write_replaced(folder.path(), agenda);
    agenda = element_agenda(folder.path(), 0);
    CHECK(agenda[0].step == Step::replace);
    CHECK(agenda[1].step == Step::replace);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // creation is told to the second
    request.force = true;
    training::run(request);
    fs::copy_file(folder / "a/run.h5", folder / "b/run.h5", fs::copy_options::overwrite_existing);
    agenda = element_agenda(folder.path(), 0);
    CHECK(agenda[0].step == Step::resume);
    CHECK(agenda[1].step == Step::resume);
}

}  // namespace espalier::sweep
