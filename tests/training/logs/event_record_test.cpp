#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/logs/event_record.hpp>

#include "support.hpp"

namespace espalier::training {
using namespace testing;
namespace {

std::string from_hex(const std::string& hex) {
    std::string bytes;
    for (std::size_t k = 0; k < hex.size(); k += 2) {
        bytes += static_cast<char>(std::stoi(hex.substr(k, 2), nullptr, 16));
    }
    return bytes;
}

}  // namespace

TEST_CASE("event record: the bytes that TensorBoard's own writer makes", "[training][log]") {
    // tensorboard 2.21: RecordWriter(file).write(Event(...).SerializeToString()), wall_time 1767225600.5
    CHECK(record_of(version_event(1767225600.5)) ==
          from_hex("1800000000000000a37f4b2209000020406e55da411a0d627261696e2e4576656e743a3284ffcb71"));
    // step 300, summary values train/loss 0.1 and train/accuracy 0.875
    CHECK(record_of(scalars_event(1767225600.5, 300, {{"train/loss", 0.1}, {"train/accuracy", 0.875}})) ==
          from_hex("3800000000000000a3797d5709000020406e55da4110ac022a2a0a110a0a747261696e2f6c6f7373"
                   "15cdcccc3d0a150a0e747261696e2f6163637572616379150000603f70458ad5"));
    // step 301, session_log with status START
    CHECK(record_of(restart_event(1767225600.5, 301)) ==
          from_hex("100000000000000095fbfe1809000020406e55da4110ad023a020801cfed461f"));
    // step 0 is not stored
    CHECK(record_of(scalars_event(1767225600.5, 0, {{"test/loss", -2.0}})) ==
          from_hex("1d00000000000000602fdf2309000020406e55da412a120a100a09746573742f6c6f737315000000"
                   "c011b8093e"));
}

TEST_CASE("event record: what is written is read", "[training][log]") {
    std::string file;
    for (const std::int64_t step : {0L, 1L, 127L, 128L, 300L, 1L << 40}) {
        file += record_of(scalars_event(1.5, step, {{"a", 1.0}}));
    }
    std::size_t place = 0;
    std::vector<std::int64_t> steps;
    while (const auto record = read_record(file, place)) {
        steps.push_back(step_of_event(record->data));
        place = record->end;
    }
    CHECK(steps == std::vector<std::int64_t>{0, 1, 127, 128, 300, 1L << 40});
    CHECK(place == file.size());
    CHECK(read_record(record_of(""), 0)->data.empty());
}

TEST_CASE("event record: one that is cut short is none", "[training][log]") {
    const std::string record = record_of(scalars_event(1.5, 7, {{"a", 1.0}}));
    for (std::size_t size = 0; size < record.size(); ++size) {
        CHECK_FALSE(read_record(std::string_view(record).substr(0, size), 0));
    }
}

TEST_CASE("event record: each changed byte is found", "[training][log]") {
    const std::string record = record_of(scalars_event(1.5, 7, {{"a", 1.0}}));
    for (std::size_t k = 0; k < record.size(); ++k) {
        std::string changed = record;
        changed[k] ^= 0x10;
        CHECK_THROWS_AS(read_record(changed, 0), FormatError);
    }
    // A length that no file has, with the right sum, is the front of a record.
    std::string huge = record_of(std::string(100, 'x'));
    CHECK_FALSE(read_record(huge.substr(0, 50), 0));
    CHECK_FALSE(read_record("", 0));
}

TEST_CASE("event record: events that are none are refused, not read past", "[training][log]") {
    CHECK(step_of_event("") == 0);
    CHECK(step_of_event("\x2a\x01") == 0);
    CHECK_THROWS_WITH(step_of_event("\x09short"), Contains("cut short"));
    CHECK_THROWS_WITH(step_of_event("\x10"), Contains("cut short"));
    CHECK_THROWS_WITH(step_of_event("\x10\x80\x80"), Contains("cut short"));
    CHECK_THROWS_WITH(step_of_event("\x10" + std::string(11, '\x80')), Contains("too many bytes"));
}

}  // namespace espalier::training
