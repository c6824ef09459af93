#include <espalier/training/logs/event_record.hpp>
#include <espalier/training/logs/log_formats.hpp>

#include "support.hpp"
#include "training/log_samples.hpp"

namespace espalier::training {
using namespace testing;
namespace {

namespace fs = std::filesystem;

const LogFormat events_log = tensorboard_format();

/// The steps of a file's events, the first of which says the version.
std::vector<std::int64_t> steps_in(const fs::path& path) {
    const std::string bytes = read_text(path);
    std::vector<std::int64_t> steps;
    std::size_t place = 0;
    while (const auto record = read_record(bytes, place)) {
        steps.push_back(step_of_event(record->data));
        place = record->end;
    }
    CHECK(place == bytes.size());
    return steps;
}

std::string data_of(const fs::path& path, std::size_t number) {
    const std::string bytes = read_text(path);
    std::size_t place = 0;
    for (std::size_t k = 0; k < number; ++k) place = read_record(bytes, place)->end;
    return std::string(read_record(bytes, place)->data);
}

}  // namespace

TEST_CASE("tensorboard log: an event a row, tags by what was measured", "[training][log]") {
    const TemporaryFolder folder;
    const auto log = events_log.open(folder.path(), std::nullopt);
    log->append(train_row(3));
    log->append(undefined_row(4));
    log->append({.kind = "eval", .step = 5, .entries = {{"split", "test"}, {"loss", 0.5}, {"density", 0.25}}});
    log->append({.kind = "eval", .step = 6, .entries = {{"split", "test"}, {"loss", std::nan("")}}});  // nothing to say
    const std::vector<fs::path> files = events_log.files(folder.path());
    REQUIRE(files.size() == 1);
    CHECK_THAT(files[0].filename().string(), Contains("tfevents"));
    CHECK(steps_in(files[0]) == std::vector<std::int64_t>{0, 3, 4, 5});
    CHECK(data_of(files[0], 0).ends_with("brain.Event:2"));
    CHECK(data_of(files[0], 1).substr(9) ==
          scalars_event(
              0.0, 3,
              {{"train/loss", 0.1}, {"train/accuracy", 0.5}, {"train/learning_rate", 1e-30}, {"train/density", 1.0}})
              .substr(9));
    CHECK(data_of(files[0], 2).substr(9) == scalars_event(0.0, 4, {{"topology/dropped", 7.0}}).substr(9));
    CHECK(data_of(files[0], 3).substr(9) == scalars_event(0.0, 5, {{"test/loss", 0.5}}).substr(9));
}

TEST_CASE("tensorboard log: a resumed run goes on in a new file, and what comes again goes", "[training][log]") {
    const TemporaryFolder folder;
    written_log(events_log, folder.path(), {0, 3, 6, 9});
    std::ofstream(events_log.files(folder.path()).at(0), std::ios::app) << std::string("\x20\0\0", 3);  // a crash
    events_log.open(folder.path(), 6)->append(train_row(9));
    std::vector<fs::path> files = events_log.files(folder.path());
    REQUIRE(files.size() == 2);
    CHECK(steps_in(files[0]) == std::vector<std::int64_t>{0, 0, 3, 6});
    CHECK(steps_in(files[1]) == std::vector<std::int64_t>{0, 7, 9});  // the second says that 7 and more is void
    CHECK(data_of(files[1], 1).substr(9) == restart_event(0.0, 7).substr(9));
    events_log.open(folder.path(), 3)->append(train_row(4));
    files = events_log.files(folder.path());
    REQUIRE(files.size() == 3);
    CHECK(steps_in(files[0]) == std::vector<std::int64_t>{0, 0, 3});
    CHECK(steps_in(files[1]) == std::vector<std::int64_t>{0});
    CHECK(steps_in(files[2]) == std::vector<std::int64_t>{0, 4, 4});
}

TEST_CASE("tensorboard log: a part's file comes after those before it, whatever the clock says", "[training][log]") {
    const TemporaryFolder folder;
    put_text(folder / "events.out.tfevents.9999999999.espalier.000041", "");
    events_log.open(folder.path(), 0);
    CHECK(events_log.files(folder.path()).back().filename() == "events.out.tfevents.9999999999.espalier.000042");
}

TEST_CASE("tensorboard log: files of other names are not touched", "[training][log]") {
    const TemporaryFolder folder;
    for (const std::string name :
         {"events.out.tfevents.1767225600.host.1.0", "events.out.tfevents.176722560x.espalier.000000",
          "events.out.tfevents.1767225600.espalier.0", "events.out.tfevents."}) {
        put_text(folder / name, "theirs");
    }
    CHECK(events_log.files(folder.path()).empty());
    events_log.open(folder.path(), std::nullopt);
    CHECK(events_log.files(folder.path()).size() == 1);
    events_log.open(folder.path(), std::nullopt);  // a new run: those of the old one go
    CHECK(events_log.files(folder.path()).size() == 1);
    CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 5);
}

TEST_CASE("tensorboard log: a damaged file is named, and stays as it is", "[training][log]") {
    const TemporaryFolder folder;
    std::string bytes = written_log(events_log, folder.path(), {0, 3, 6});
    const fs::path file = events_log.files(folder.path()).at(0);
    bytes[bytes.size() / 2] ^= 1;
    put_text(file, bytes);
    CHECK_THROWS_WITH(events_log.open(folder.path(), 6),
                      Contains(file.string()) && Contains("checksum") && Contains("move it away"));
    CHECK(read_text(file) == bytes);
}

}  // namespace espalier::training
