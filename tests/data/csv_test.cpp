#include <espalier/base/error.hpp>
#include <espalier/data/csv.hpp>

#include "fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

Examples parsed(const std::string& text) {
    const TemporaryFolder folder;
    write_text(folder / "t.csv", text);
    return read_csv(folder / "t.csv");
}

}  // namespace

TEST_CASE("read_csv: values and labels, with and without header", "[data][csv]") {
    for (const std::string header : {"", "a,b,class\n", "0,1,label\n",
                                     "\xEF\xBB\xBF"
                                     "a,b,class\r\n"}) {
        const Examples table = parsed(header + "1,-2.5,0\n\n 3e-1 ,4,2\r\n5,6,1");
        CHECK(table.count == 3);
        CHECK(table.features == 2);
        CHECK(std::get<std::vector<float>>(table.values) == std::vector<float>{1.0F, -2.5F, 0.3F, 4.0F, 5.0F, 6.0F});
        CHECK(table.labels == std::vector<std::uint32_t>{0, 2, 1});
    }
}

TEST_CASE("read_csv names file, line and column of what is wrong", "[data][csv]") {
    const auto refused = [](const std::string& text, const std::string& where, const std::string& why) {
        CHECK_THROWS_AS(parsed(text), FormatError);
        CHECK_THROWS_WITH(parsed(text), Contains("t.csv: " + where) && Contains(why));
    };
    refused("a,b,c\n1,2,0\n1,two,0\n", "line 3, column 2", "'two' is not a finite number");
    refused("1,,0\n", "line 1, column 2", "''");
    refused("1,nan,0\n", "line 1, column 2", "nan");
    refused("1,1e60,0\n", "line 1, column 2", "1e60");
    refused("1,2 3,0\n", "line 1, column 2", "2 3");
    refused("1,2,0\n1,2,cat\n", "line 2, column 3", "'cat' is not a class");
    refused("1,2,0\n1,2,0.5\n", "line 2, column 3", "is not a class");
    refused("1,2,0\n1,2,-1\n", "line 2, column 3", "is not a class");
    refused("1,2,0\n1,2,4294967296\n", "line 2, column 3", "is not a class");
    refused("1,2,0\n\n1,0\n", "line 3", "2 columns, but line 1 has 3");
    refused("1,2,0\n1,2,3,0\n", "line 2", "4 columns");
    refused("1\n2\n", "line 1", "one column");
    refused("a,b\n", "no line of numbers", "");
    refused("", "no line of numbers", "");
    refused("1,2,0\r3,4,1\r", "line 1, column 3", "'0?3' is not");
    refused("h,l\n" + std::string(5000, 'x') + ",0\n", "line 2, column 1", std::string(40, 'x') + "' is not");
}

TEST_CASE("read_csv: a missing file or a folder is the system's error", "[data][csv]") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(read_csv(folder / "none.csv"), IoError);
    CHECK_THROWS_AS(read_csv(folder.path()), IoError);
}

TEST_CASE("load_csv finds the test set beside the training set", "[data][csv]") {
    const TemporaryFolder folder;
    write_text(folder / "train.csv", "1,2,0\n3,4,2\n");
    CHECK_THROWS_AS(load_csv(folder / "train.csv"), ConfigError);
    CHECK_THROWS_WITH(load_csv(folder / "train.csv"), Contains("train-test.csv") && Contains("/test.csv"));
    write_text(folder / "test.csv", "5,6,1\n");
    const Dataset dataset = load_csv(folder / "train.csv");
    CHECK(dataset.classes == 3);
    CHECK(dataset.shape == SampleShape{2, 1, 1});
    CHECK(dataset.test.labels == std::vector<std::uint32_t>{1});

    write_text(folder / "wine.csv", "1,2,0\n3,4,2\n");
    CHECK_THROWS_AS(load_csv(folder / "wine.csv"), ConfigError);  // test.csv belongs to train.csv alone
    write_text(folder / "wine-test.csv", "7,8,2\n");
    CHECK(load_csv(folder / "wine.csv").test.labels == std::vector<std::uint32_t>{2});
    CHECK_THROWS_WITH(load_csv(folder / "none.csv"), Contains("none.csv: no such file"));
}

TEST_CASE("load_csv: a test set of other columns or classes is refused", "[data][csv]") {
    const TemporaryFolder folder;
    write_text(folder / "a.csv", "1,2,0\n3,4,1\n");
    write_text(folder / "a-test.csv", "1,2,3,0\n");
    CHECK_THROWS_WITH(load_csv(folder / "a.csv"), Contains("a-test.csv: 4 columns") && Contains("a.csv has 3"));
    write_text(folder / "a-test.csv", "1,2,2\n");
    CHECK_THROWS_WITH(load_csv(folder / "a.csv"), Contains("a-test.csv: label 2") && Contains("0 to 1"));
}

}  // namespace espalier::data
