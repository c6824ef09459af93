#include <fstream>

#include <espalier/sweep/log_tail.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;

TEST_CASE("log tail: the last line that says something", "[sweep][log]") {
    const TemporaryFolder folder;
    const auto log = folder / "log.txt";
    CHECK(last_line(log).empty());
    std::ofstream(log) << "first\nespalier: second\n\n";
    CHECK(last_line(log) == "second");
    CHECK(last_line(log, 23).empty());  // only what is behind
    std::ofstream(log, std::ios::app) << "third";
    CHECK(last_line(log, 23) == "third");
}

TEST_CASE("log tail: what a run told its user", "[sweep][log]") {
    const TemporaryFolder folder;
    const auto log = folder / "log.txt";
    CHECK(notices(log).empty());
    std::ofstream(log) << "espalier: one\nepoch 1/2\nespalier: two\n";
    CHECK(notices(log) == std::vector<std::string>{"one", "two"});
    CHECK(notices(log, 14) == std::vector<std::string>{"two"});
}

}  // namespace espalier::sweep
