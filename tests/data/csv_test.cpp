#include <espalier/base/text/error.hpp>
#include <espalier/data/csv.hpp>

#include "fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

using Labels = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("load_csv finds the test set beside the training set", "[data][csv]") {
    const TemporaryFolder folder;
    write_text(folder / "train.csv", "1,2,0\n3,4,2\n");
    CHECK_THAT(load_csv(folder / "train.csv").test_missing, Contains("train-test.csv and ") && Contains("/test.csv"));
    write_text(folder / "test.csv", "5,6,1\n");
    const Dataset dataset = load_csv(folder / "train.csv");
    CHECK(dataset.classes == 3);
    CHECK(dataset.shape == SampleShape{2, 1, 1});
    CHECK(dataset.test.labels == Labels{1});
    CHECK(dataset.remarks.empty());

    write_text(folder / "wine.csv", "1,2,0\n3,4,2\n");
    CHECK(load_csv(folder / "wine.csv").test.count == 0);  // test.csv belongs to train.csv alone
    CHECK(load_csv(folder / "wine.csv").test_missing == (folder / "wine-test.csv").string());
    write_text(folder / "wine-test.csv", "7,8,2\n");
    CHECK(load_csv(folder / "wine.csv").test.labels == Labels{2});
    CHECK_THROWS_WITH(load_csv(folder / "none.csv"), Contains("none.csv: no such file"));
}

TEST_CASE("load_csv: text labels are classes in sorted order, the same in both files", "[data][csv]") {
    const TemporaryFolder folder;
    write_text(folder / "a.csv", "x,species\n1,virginica\n2,setosa\n3,versicolor\n4,setosa\n");
    write_text(folder / "a-test.csv", "x,species\n1,versicolor\n");
    const Dataset dataset = load_csv(folder / "a.csv");
    CHECK(dataset.classes == 3);
    CHECK(dataset.train.labels == Labels{2, 0, 1, 0});
    CHECK(dataset.test.labels == Labels{1});
    REQUIRE(dataset.remarks.size() == 1);
    CHECK_THAT(dataset.remarks[0],
               Contains("a.csv: the labels of the last column, 2 ('species') are numbered setosa = 0, "
                        "versicolor = 1, virginica = 2"));
    write_text(folder / "a-test.csv", "x,species\n1,tulip\n");
    CHECK_THROWS_WITH(load_csv(folder / "a.csv"), Contains("a-test.csv: label 'tulip' of sample 0"));
    write_text(folder / "a-test.csv", "x,species\n1,0\n");
    CHECK_THROWS_WITH(load_csv(folder / "a.csv"), Contains("a-test.csv: labels are numbers, but"));
}

TEST_CASE("load_csv: what was found out is said", "[data][csv]") {
    const TemporaryFolder folder;
    write_text(folder / "m.csv", "label;pixel0;pixel1\n0;1;0\n1;2;0\n");
    write_text(folder / "m-test.csv", "label;pixel0;pixel1\n0;1;0\n");
    const Dataset last = load_csv(folder / "m.csv");
    const std::string place =
        " its labels are the last column, 3 ('pixel1'); data.label names another, such as \"label\" (column 1)";
    REQUIRE(last.remarks.size() == 2);
    CHECK_THAT(last.remarks[0], Contains("m.csv: columns are separated by semicolons"));
    CHECK_THAT(last.remarks[1], Contains("m.csv:" + place));
    CHECK(last.labels_from == ";" + place);
    const Dataset named = load_csv(folder / "m.csv", "label");
    CHECK(named.train.labels == Labels{0, 1});
    CHECK(named.remarks.size() == 1);
}

TEST_CASE("load_csv: a test set of other columns or classes is refused", "[data][csv]") {
    const TemporaryFolder folder;
    write_text(folder / "a.csv", "1,2,0\n3,4,1\n");
    write_text(folder / "a-test.csv", "1,2,3,0\n");
    CHECK_THROWS_WITH(load_csv(folder / "a.csv"), Contains("a-test.csv: 4 columns") && Contains("a.csv has 3"));
    write_text(folder / "a-test.csv", "1,2,2\n");
    CHECK_THROWS_WITH(load_csv(folder / "a.csv"), Contains("a-test.csv: label 2") && Contains("0 to 1"));
    write_text(folder / "a.csv", "u,v,y\n1,2,0\n3,4,1\n");
    write_text(folder / "a-test.csv", "v,u,y\n1,2,0\n");
    CHECK_THROWS_WITH(load_csv(folder / "a.csv"), Contains("a-test.csv: column 1 is 'v', but 'u' in"));
}

}  // namespace espalier::data
