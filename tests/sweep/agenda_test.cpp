#include <fstream>

#include <espalier/base/files/files.hpp>
#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/sweep/agenda.hpp>
#include <espalier/training/run/run_file.hpp>
#include <espalier/training/run/writer_lock.hpp>

#include "support.hpp"
#include "training/run_requests.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

namespace fs = std::filesystem;

std::vector<Point> points(const std::vector<std::string>& names, const training::RunRequest& request) {
    std::vector<Point> all;
    for (const std::string& name : names) {
        all.push_back({.name = name, .variant = "", .values = {}, .config = request.config});
    }
    return all;
}

Item item(Step step) {
    Item made{.point = {}, .folder = "x", .state = {}};
    made.step = step;
    return made;
}

}  // namespace

TEST_CASE("agenda: what the folders hold decides", "[sweep][agenda]") {
    const TemporaryFolder folder;
    training::RunRequest request = digits_request("set", folder / "done");
    training::run(request);
    request.folder = folder / "begun";
    stop_after(request, 5);
    training::run(request);
    const std::vector<Item> agenda = make_agenda(points({"done", "begun", "new"}, request), folder.path(), {});
    CHECK(agenda[0].step == Step::skip);
    CHECK(agenda[1].step == Step::resume);
    CHECK(agenda[2].step == Step::start);
    CHECK(agenda[2].folder == folder / "new");
    CHECK_NOTHROW(require_possible(agenda));
    CHECK(job_of(agenda[1]).option == "--resume");
    CHECK(job_of(agenda[2]).option.empty());
    CHECK_FALSE(fs::exists(folder / "new"));
}

TEST_CASE("agenda: what killed processes left is removed, what a living one writes is not", "[sweep][agenda][crash]") {
    const TemporaryFolder folder;
    training::RunRequest request = digits_request("set", folder / "done");
    training::run(request);
    fs::create_directories(folder / "written");
    fs::create_directories(folder / "begun");
    const auto leave = [&](const std::string& name) { std::ofstream(folder / name) << "x"; };
    for (const char* name : {"done/run.h5.part", "done/run.toml.tmp-17", "done/my.tmp-notes", "begun/run.toml.tmp-4",
                             "written/run.toml.tmp-4"}) {
        leave(name);
    }
    const training::WriterLock writer(folder / "written/run.h5");
    const std::vector<Item> agenda =
        make_agenda(points({"done", "begun", "written", "new"}, request), folder.path(), {}, {});
    tidy(agenda);
    CHECK(agenda[0].step == Step::skip);
    CHECK(fs::exists(folder / "done/run.h5"));
    CHECK(fs::exists(folder / "done/my.tmp-notes"));
    CHECK_FALSE(fs::exists(folder / "done/run.h5.part"));
    CHECK_FALSE(fs::exists(folder / "done/run.toml.tmp-17"));
    CHECK(fs::is_empty(folder / "begun"));
    CHECK(fs::exists(folder / "written/run.toml.tmp-4"));
    CHECK(fs::exists(folder / "written/run.h5.part"));
    CHECK_FALSE(fs::exists(folder / "new"));
}

TEST_CASE("agenda: another configuration in a folder is refused with folder, key and remedy", "[sweep][agenda]") {
    const TemporaryFolder folder;
    training::run(digits_request("set", folder / "a"));
    const training::RunRequest other = digits_request("set", folder / "a", {"sparsity.density=0.2"});
    CHECK_THROWS_WITH(require_possible(make_agenda(points({"a", "b"}, other), folder.path(), {})),
                      Contains("/a holds a run of another configuration: sparsity.density = 0.3 there, 0.2 now") &&
                          Contains("--out") && Contains("--force-changed"));
    const auto agenda = make_agenda(points({"a", "b"}, other), folder.path(), {.replace_changed = true});
    CHECK_NOTHROW(require_possible(agenda));
    CHECK(job_of(agenda[0]).option == "--force");
}

TEST_CASE("agenda: a run that another process runs is waited for a moment, and then refused", "[sweep][agenda]") {
    const TemporaryFolder folder;
    training::RunRequest request = digits_request("set", folder / "a");
    stop_after(request, 5);
    training::run(request);
    hdf5::File::open_for_writing(folder / "a/run.h5").root().set_attribute("status", std::string("running"));
    const training::WriterLock lock(folder / "a/run.h5");
    const auto agenda = make_agenda(points({"a"}, request), folder.path(), {}, std::chrono::milliseconds(100));
    CHECK_THROWS_WITH(require_possible(agenda), Contains("/a is being run by another process"));
}

TEST_CASE("agenda: the first seed of everything comes first", "[sweep][agenda]") {
    std::vector<Item> agenda;  // three points of two seeds
    for (const Step step : {Step::start, Step::start, Step::skip, Step::resume, Step::replace, Step::leave}) {
        agenda.push_back(item(step));
    }
    CHECK(execution_order(agenda, 2) == std::vector<std::size_t>{0, 4, 1, 3});
    CHECK(execution_order(agenda, 0) == std::vector<std::size_t>{0, 1, 3, 4});
}

TEST_CASE("agenda: a folder is prepared with a configuration that can be run by hand", "[sweep][agenda]") {
    const TemporaryFolder folder;
    const training::RunRequest request = digits_request("set", folder / "a/b");
    const std::vector<Item> agenda = make_agenda(points({"b"}, request), folder / "a", {});
    prepare(agenda.front());
    CHECK(config::to_toml(config::resolve(config::read_toml(folder / "a/b/run.toml"))) == request.config_text);
}

TEST_CASE("agenda: what a run is in the end", "[sweep][agenda]") {
    const TemporaryFolder folder;
    const training::RunRequest request = digits_request("set", folder / "a");
    std::vector<Item> agenda = make_agenda(points({"a"}, request), folder.path(), {});
    Item& a = agenda.front();
    const auto ended = [](int status) {
        return Task{.job = {}, .phase = Phase::ended, .end = {0, status, "the last words"}};
    };
    Task queued{.job = {}};
    settle(a, &queued, true);
    CHECK(a.status == "queued");
    CHECK_FALSE(a.ran);
    Task task = ended(1);  // it never came to a run file
    settle(a, &task, false);
    CHECK(a.status == "failed");
    CHECK(a.reason == "the last words");
    task = ended(143);
    settle(a, &task, true);  // stopped before it had begun
    CHECK(a.status == "queued");
    task = ended(130);  // interrupted by itself: whoever starts the sweep again goes on
    settle(a, &task, false);
    CHECK(a.status == "queued");
    training::run(request);
    a.state = state_of(a.point, a.folder);
    std::ofstream(folder / "a/log.txt") << "the last line\n";
    for (const std::string failure : {"drop rule 'mine': tired", ""}) {  // earlier versions do not say
        hdf5::File file = hdf5::File::open_for_writing(folder / "a/run.h5");
        hdf5::Group root = file.root();
        root.set_attribute("status", std::string("failed"));
        root.remove_attribute(training::failure_attribute);
        if (!failure.empty()) root.set_attribute(training::failure_attribute, failure);
        file.close();
        a.state = state_of(a.point, a.folder);
        settle(a, nullptr, false);
        CHECK(a.reason == (failure.empty() ? "the last line" : failure));
    }
    fs::remove_all(folder / "a");
    training::run(request);
    task = ended(0);
    settle(a, &task, false);
    CHECK(a.status == "finished");
    CHECK(a.reason.empty());
    CHECK(a.ran);
}

}  // namespace espalier::sweep
