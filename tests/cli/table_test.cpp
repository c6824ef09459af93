#include <cmath>

#include <espalier/cli/table.hpp>

#include "support.hpp"

namespace espalier::cli {
using namespace testing;

TEST_CASE("table: columns are aligned, numbers to the right", "[cli][table]") {
    Table table({"layer", "edges", "note"});
    table.add({"fc1", "23 520", "x"});
    table.add({"f\u00fc", "-", ""});
    CHECK(table.text() ==
          "layer   edges  note\n"
          "fc1    23 520  x\n"
          "f\u00fc          -\n");
}

TEST_CASE("table: CSV quotes what it must", "[cli][table]") {
    Table table({"a", "b"});
    table.add({"x,y", "say \"hi\"\n"});
    CHECK(table.csv() == "a,b\n\"x,y\",\"say \"\"hi\"\"\n\"\n");
}

TEST_CASE("table: numbers for people and for programs", "[cli][table]") {
    CHECK(rounded(0.123456) == "0.1235");
    CHECK(rounded(std::nan("")) == "-");
    CHECK(exact(0.1) == "0.1");
    CHECK(exact(HUGE_VAL).empty());
    CHECK(grouped(1234567) == "1 234 567");
    CHECK(grouped(123) == "123");
}

}  // namespace espalier::cli
