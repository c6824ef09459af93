#include <espalier/base/text/error.hpp>
#include <espalier/data/csv_table.hpp>

#include "fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

using Labels = std::vector<std::uint32_t>;
using Texts = std::vector<std::string>;
using Values = std::vector<float>;

CsvTable parsed(const std::string& text, const std::string& label = "") {
    const TemporaryFolder folder;
    write_text(folder / "t.csv", text);
    return read_csv_table(folder / "t.csv", label);
}

}  // namespace

TEST_CASE("csv table: values and labels, with and without header", "[data][csv]") {
    for (const std::string header : {"", "a,b,class\n", "0,1,label\n",
                                     "\xEF\xBB\xBF"
                                     "a,b,class\r\n",
                                     "\"a,1\",\"b\",\"class\"\n"}) {
        const CsvTable table = parsed(header + "1,-2.5,0\n\n 3e-1 ,4,2\r\n5,\"6\",1");
        CHECK(table.columns == 3);
        CHECK(table.samples() == 3);
        CHECK(table.label_column == 2);
        CHECK(table.values == Values{1.0F, -2.5F, 0.3F, 4.0F, 5.0F, 6.0F});
        CHECK(table.labels == Labels{0, 2, 1});
        CHECK(table.header.empty() == header.empty());
    }
}

TEST_CASE("csv table: the label's column by name and by number", "[data][csv]") {
    const std::string text = "label,a,b\n0,1,2\n3,4,5\n";
    for (const char* label : {"label", "1", "-3"}) {
        const CsvTable table = parsed(text, label);
        CHECK(table.label_column == 0);
        CHECK(table.labels == Labels{0, 3});
        CHECK(table.values == Values{1, 2, 4, 5});
        CHECK(table.label_place() == "column 1 ('label')");
    }
    CHECK(parsed(text).labels == Labels{2, 5});
    CHECK(parsed(text).label_place() == "the last column, 3 ('b')");
    CHECK(parsed("0;1\n2;3\n", "1").labels == Labels{0, 2});
    CHECK(parsed("0;1\n2;3\n").label_place() == "the last column, 2");
    CHECK(parsed("2020,2021,y\n1,2,0\n", "2020").labels == Labels{1});  // a name before a number
    for (const char* label : {"0", "4", "-4", "lable", "1.0"}) {
        INFO(label);
        CHECK_THROWS_AS(parsed(text, label), ConfigError);
    }
    CHECK_THROWS_WITH(parsed(text, "lable"), Contains("data.label = \"lable\"") &&
                                                 Contains("has 3 columns: label, a, b. Did you mean 'label'?"));
    CHECK_THROWS_WITH(parsed("1,2\n", "y"), Contains("has 2 columns and no header; give the number of one, from 1"));
}

TEST_CASE("csv table: labels that are text", "[data][csv]") {
    const std::string rows = "5.1,3,setosa\n4,2,\"virginica, late\"\n";
    for (const std::string header : {"", "length,width,species\n"}) {
        const CsvTable table = parsed(header + rows);
        CHECK(table.text_labels == Texts{"setosa", "virginica, late"});
        CHECK(table.values == Values{5.1F, 3, 4, 2});
        CHECK(table.labels.empty());
        CHECK(table.header.empty() == header.empty());
    }
    CHECK(parsed("species,a\nx,1\n7,2\n", "species").text_labels == Texts{"x", "7"});
}

TEST_CASE("csv table: what is wrong is refused by line and column", "[data][csv]") {
    const auto refused = [](const std::string& text, const std::string& where, const std::string& why) {
        INFO(text);
        CHECK_THROWS_AS(parsed(text), FormatError);
        CHECK_THROWS_WITH(parsed(text), Contains("t.csv: " + where) && Contains(why));
    };
    refused("a,b,c\n1,2,0\n1,two,0\n", "line 3, column 2", "'two' is not a finite number");
    refused("1,,0\n", "line 1, column 2", "'' is empty");
    refused("1,2,0\n1,2,\n", "line 2, column 3", "'' is empty; every sample needs a label");
    refused("1,2,x\n1,2,\n", "line 2, column 3", "'' is empty; every sample needs a label");
    refused("1,nan,0\n", "line 1, column 2", "nan");
    refused("1,1e60,0\n", "line 1, column 2", "1e60");
    refused("1,2 3,0\n", "line 1, column 2", "2 3");
    refused("1;2,5;0\n", "line 1, column 2", "'2,5' is not a finite number (decimals are written 1.5)");
    refused("1,2,0\n1,2,cat\n", "line 2, column 3", "'cat' is not a class");
    refused("1,2,0\n1,2,0.5\n", "line 2, column 3", "is not a class");
    refused("1,2,0\n1,2,-1\n", "line 2, column 3", "is not a class");
    refused("1,2,0\n1,2,4294967296\n", "line 2, column 3", "is not a class");
    refused("1,2,0\n\n1,0\n", "line 3", "2 columns, but line 1 has 3");
    refused("1,2,0\n1,2,3,0\n", "line 2", "4 columns");
    refused("1\n2\n", "line 1", "one column");
    refused("a,b\n", "no line of numbers", "");
    refused("", "no line of numbers", "");
    refused("1x,2,setosa\n1,2,setosa\n", "line 1, column 1", "'1x' is not");  // no header, whose cells are all text
    refused("1,2,0\r3,4,1\r", "line 1, column 3", "'0?3' is not");
    refused("h,l\n" + std::string(5000, 'x') + ",0\n", "line 2, column 1", std::string(40, 'x') + "' is not");
}

}  // namespace espalier::data
