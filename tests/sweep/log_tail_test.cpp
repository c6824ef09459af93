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

}  // namespace espalier::sweep
