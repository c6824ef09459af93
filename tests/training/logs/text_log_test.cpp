#include <limits>

#include <espalier/training/logs/log_formats.hpp>
#include <espalier/training/logs/text_log.hpp>

#include "support.hpp"
#include "training/log_samples.hpp"

namespace espalier::training {
using namespace testing;
namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_CASE("text logs go on behind the rows of a step, without what came later", "[training][log]") {
    for (const LogFormat& format : {jsonl_format(), csv_format()}) {
        const TemporaryFolder whole;
        const std::string expected = written_log(format, whole.path(), {0, 3, 3, 6, 9});
        for (const std::string tail : {"", "9", "9,4.5,train", "{\"step\":9,\"ki"}) {
            INFO(format.name << " cut short by \"" << tail << '"');
            const TemporaryFolder folder;
            written_log(format, folder.path(), {0, 3, 3, 6});
            const fs::path file = format.files(folder.path()).at(0);
            std::ofstream(file, std::ios::app) << tail;  // what a crash has left of a row
            const auto log = format.open(folder.path(), 3);
            for (const std::int64_t step : {6, 9}) log->append(train_row(step));
            CHECK(read_text(file) == expected);
        }
        const TemporaryFolder folder;
        written_log(format, folder.path(), {0, 3});
        format.open(folder.path(), 99)->append(train_row(100));
        CHECK(read_text(format.files(folder.path()).at(0)) ==
              written_log(format, whole.path(), {0, 3, 100}));  // nothing came later
    }
}

TEST_CASE("text logs: a resumed run without its log begins one", "[training][log]") {
    for (const LogFormat& format : {jsonl_format(), csv_format()}) {
        const TemporaryFolder none;
        const TemporaryFolder first;
        format.open(none.path(), 5)->append(train_row(6));
        CHECK(read_text(format.files(none.path()).at(0)) == written_log(format, first.path(), {6}));
    }
    const TemporaryFolder folder;  // a crash in the header
    put_text(folder / "log.csv", "step,ep");
    csv_format().open(folder.path(), 5);
    CHECK(read_text(folder / "log.csv").ends_with(",reason\n"));
}

TEST_CASE("text logs: a damaged one is named with its line", "[training][log]") {
    for (const LogFormat& format : {jsonl_format(), csv_format()}) {
        const TemporaryFolder folder;
        const std::string text = written_log(format, folder.path(), {0, 3});
        const fs::path file = format.files(folder.path()).at(0);
        const std::string line = format.name == "csv" ? "line 4" : "line 3";
        for (const std::string wrong :
             {"x,1\n", "{\"step\":x,\n", "\n", "99999999999999999999,\n", "5\n", "5;\n", "{\"step\":5;\n"}) {
            put_text(file, text + wrong);
            CHECK_THROWS_WITH(format.open(folder.path(), 9), Contains(line + " is no row") && Contains("move it away"));
            CHECK(read_text(file) == text + wrong);
        }
        put_text(file, text + std::string(70000, '7') + "\n");
        CHECK_THROWS_WITH(format.open(folder.path(), 9), Contains("more than 65536 bytes"));
    }
}

TEST_CASE("text logs: what is no log is neither replaced nor taken for one", "[training][log]") {
    for (const LogFormat& format : {jsonl_format(), csv_format()}) {
        const TemporaryFolder folder;
        const fs::path file = folder / ("log." + format.name);
        CHECK_NOTHROW(format.check(folder.path()));
        for (const std::string text : {"a,b\n1,2\n", "[]\n"}) {
            put_text(file, text);
            CHECK(format.files(folder.path()).empty());
            CHECK_THROWS_WITH(format.check(folder.path()), Contains("is no log of a run") && Contains("move it away"));
        }
        fs::remove(file);
        fs::create_symlink(folder / "elsewhere", file);
        CHECK_THROWS_WITH(format.check(folder.path()), Contains("is no log of a run"));
        fs::remove(file);
        written_log(format, folder.path(), {1});
        CHECK_NOTHROW(format.check(folder.path()));
        put_text(file, "");
        CHECK_NOTHROW(format.check(folder.path()));
    }
}

TEST_CASE("text logs: numbers read back to the same bits", "[training][log]") {
    CHECK(number_text(0.1) == "0.1");
    CHECK(number_text(3.0) == "3");
    CHECK(number_text(5e-324) == "5e-324");
    CHECK(number_text(std::numeric_limits<double>::infinity()).empty());
    CHECK(number_text(std::nan("")).empty());
}

}  // namespace espalier::training
