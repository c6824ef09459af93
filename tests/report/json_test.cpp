#include <cmath>

#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>

#include "support.hpp"

namespace espalier::report {
using namespace testing;

TEST_CASE("json: floats keep their short text", "[cli][json]") {
    CHECK(document(Json(shortest(0.1F))) == "0.1\n");
    CHECK(shortest(16777216.0F) == 16777216.0);
    Stream stream = test_stream();
    INFO(seed_text());
    for (const double value : random_values(200, stream)) {
        const auto narrow = static_cast<float>(value);
        CHECK(static_cast<float>(shortest(narrow)) == narrow);
    }
}

TEST_CASE("json: what is undefined is null with a reason", "[cli][json]") {
    Json object;
    put_number(object, "gap", std::nan(""), "no edges");
    put_number(object, "bound", 2.5, "");
    CHECK(object.dump() == R"({"gap":null,"gap_reason":"no edges","bound":2.5})");
}

TEST_CASE("json: whole numbers are written without a point", "[cli][json]") {
    CHECK(number(3.0).dump() == "3");
    CHECK(number(-0.0).dump() == "0");
    CHECK(number(0.25).dump() == "0.25");
    CHECK(number(1e300).dump() == "1e+300");
    CHECK(number(HUGE_VAL).is_null());
}

TEST_CASE("json: a name that is no UTF-8 does not spoil the document", "[cli][json]") {
    const std::string text = document(Json("\xff.npz"));
    CHECK(Json::parse(text).get<std::string>().ends_with(".npz"));
}

}  // namespace espalier::report
