#include <espalier/base/text/error.hpp>
#include <espalier/data/csv_records.hpp>

#include "fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows(const std::string& text) {
    const TemporaryFolder folder;
    write_text(folder / "t.csv", text);
    CsvRecords records(folder / "t.csv");
    Rows all;
    while (records.next()) all.push_back(records.fields());
    return all;
}

}  // namespace

TEST_CASE("csv records: separators, blanks, line ends", "[data][csv]") {
    CHECK(rows("a,b\n1,2\n") == Rows{{"a", "b"}, {"1", "2"}});
    CHECK(rows("\xEF\xBB\xBF"
               "a , b\r\n\r\n  \n 1,2 3,\r\n") == Rows{{"a", "b"}, {"1", "2 3", ""}});
    CHECK(rows("a;b,c\n1,5;2\n") == Rows{{"a", "b,c"}, {"1,5", "2"}});
    CHECK(rows("a\tb\n1\t\t2\n\t\n") == Rows{{"a", "b"}, {"1", "", "2"}});
    CHECK(rows("\"x;y\",b\n") == Rows{{"x;y", "b"}});
    CHECK(rows("a,b\n1;2\n") == Rows{{"a", "b"}, {"1;2"}});
    CHECK(rows("a\n") == Rows{{"a"}});
    CHECK(rows(",\n") == Rows{{"", ""}});
    CHECK(rows("").empty());
}

TEST_CASE("csv records: quotes hold separators, quotes and line ends", "[data][csv]") {
    CHECK(rows("\"a,b\",\"say \"\"x\"\"\" , \" c \"\n") == Rows{{"a,b", "say \"x\"", " c "}});
    CHECK(rows("\"a\nb\",1\n2,\"\"\n") == Rows{{"a\nb", "1"}, {"2", ""}});
    CHECK(rows("1,a\"b\n") == Rows{{"1", "a\"b"}});  // a quote within a field that does not begin with one
}

TEST_CASE("csv records: a quote that goes wrong is refused by line and column", "[data][csv]") {
    CHECK_THROWS_AS(rows("a,b\n1,\"x\n2,3\n"), FormatError);
    CHECK_THROWS_WITH(rows("a,b\n1,\"x\n2,3\n"), Contains("t.csv: line 2, column 2: a quote is opened and not closed"));
    CHECK_THROWS_WITH(rows("\"x\"y,1\n"), Contains("line 1, column 1: text behind a closed quote"));
}

TEST_CASE("csv records: a missing file or a folder is the system's error", "[data][csv]") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(CsvRecords(folder / "none.csv"), IoError);
    CHECK_THROWS_AS(CsvRecords(folder.path()).next(), IoError);
}

TEST_CASE("csv records: a cell in a message is one short line", "[data][csv]") {
    CHECK(shown_cell("a\nb\x1b") == "a?b?");
    CHECK(shown_cell(std::string(50, 'x')) == std::string(40, 'x'));
}

}  // namespace espalier::data
