#include <cmath>

#include <nlohmann/json.hpp>

#include <espalier/page/numbers.hpp>

#include "support.hpp"

namespace espalier::page {

TEST_CASE("numbers: as many digits as asked for, whole ones without a point, null where there is none", "[page]") {
    CHECK(rounded_number(0.123456789).dump() == "0.12346");
    CHECK(rounded_number(3.0).dump() == "3");
    CHECK(rounded_number(2.0 / 3.0, 2).dump() == "0.67");
    CHECK(rounded_number(std::nan("")).is_null());
    CHECK(rounded_number(INFINITY).is_null());
    const std::vector<double> values = {1.0, std::nan(""), 0.25};
    CHECK(rounded_numbers(values).dump() == "[1,null,0.25]");
}

TEST_CASE("numbers: texts of sentences", "[page]") {
    CHECK(share_text(0.904) == "90.4 %");
    CHECK(share_text(0.0) == "0.0 %");
    CHECK(share_text(0.00123) == "0.12 %");
    CHECK(count_text(1, "seed") == "1 seed");
    CHECK(count_text(3, "seed") == "3 seeds");
    CHECK(and_text({}).empty());
    CHECK(and_text({"a"}) == "a");
    CHECK(and_text({"a", "b", "c"}) == "a, b and c");
}

}  // namespace espalier::page
