#include <espalier/base/text/error.hpp>
#include <espalier/data/dataset.hpp>

#include "support.hpp"

namespace espalier::data {
using namespace testing;

TEST_CASE("require_labels_below names the first wrong label", "[data]") {
    CHECK_NOTHROW(require_labels_below({0, 9, 3}, 10, "f"));
    CHECK_THROWS_AS(require_labels_below({0, 10, 11}, 10, "f"), FormatError);
    CHECK_THROWS_WITH(require_labels_below({0, 10, 11}, 10, "f"),
                      "f: label 10 of example 1 (counted from 0); labels are 0 to 9");
}

TEST_CASE("SampleShape counts its features", "[data]") {
    CHECK(SampleShape{3, 32, 32}.features() == 3072);
    CHECK(SampleShape{}.features() == 1);
}

}  // namespace espalier::data
