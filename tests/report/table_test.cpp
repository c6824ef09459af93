#include <cmath>

#include <espalier/report/table.hpp>

#include "support.hpp"

namespace espalier::report {
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

TEST_CASE("table: for a text in Markdown or LaTeX", "[cli][table]") {
    Table table({"name", "test_accuracy"});
    table.add({"a|b & c\\d", "84.37 \u00b1 0.20 %"});
    CHECK(table.markdown() == "| name | test_accuracy |\n| --- | ---: |\n| a\\|b & c\\d | 84.37 \u00b1 0.20 % |\n");
    CHECK(table.latex() ==
          "\\begin{tabular}{lr}\n\\toprule\nname & test\\_accuracy \\\\\n\\midrule\n"
          "a|b \\& c\\textbackslash{}d & 84.37 $\\pm$ 0.20 \\% \\\\\n\\bottomrule\n\\end{tabular}\n");
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
    CHECK(percent(0.84368) == "84.37 %");
    CHECK(percent(std::nan("")) == "-");
}

TEST_CASE("table: counts are counts, whatever their size", "[cli][table]") {
    CHECK(rounded(23520.0) == "23 520");
    CHECK(rounded(-23520.4) == "-23 520");
    CHECK(rounded(9999.4) == "9999");
    CHECK(rounded(9999.6) == "10 000");
    CHECK(rounded(123456789.0) == "123 456 789");
    CHECK(rounded(1e15) == "1e+15");
}

TEST_CASE("table: its width, and text of a width", "[cli][table]") {
    Table table({"a", "bcd"});
    table.add({"xyz", "\u00b1"});
    CHECK(table.width() == 8);
    CHECK(wrapped("one two three four", 9) == "one two\nthree\nfour\n");
    CHECK(wrapped("one two three four", 100) == "one two three four\n");
    CHECK(wrapped("\u00b1\u00b1 b extraordinary", 4) == "\u00b1\u00b1 b\nextraordinary\n");
}

TEST_CASE("table: names cannot break its lines or command a terminal", "[cli][table]") {
    Table table({"layer", "edges"});
    table.add({"a\nb\x1b[2J", "1"});
    CHECK(table.text() ==
          "layer              edges\n"
          "a\\u000ab\\u001b[2J      1\n");
}

}  // namespace espalier::report
