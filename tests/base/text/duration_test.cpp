#include <espalier/base/text/duration.hpp>
#include <espalier/base/text/error.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("duration: what configurations write, and back", "[base][duration]") {
    CHECK(Duration::parse("5ep") == Duration::epochs(5));
    CHECK(Duration::parse("0.5") == Duration::epochs(0.5));
    CHECK(Duration::parse("400it") == Duration::steps(400));
    for (const char* text : {"5ep", "0.25ep", "400it", "0ep"}) CHECK(Duration::parse(text).text() == text);
}

TEST_CASE("duration: in steps, a positive length is at least one", "[base][duration]") {
    CHECK(Duration::parse("2ep").in_steps(375) == 750);
    CHECK(Duration::parse("0.5ep").in_steps(375) == 188);
    CHECK(Duration::parse("0.0001ep").in_steps(375) == 1);
    CHECK(Duration::parse("7it").in_steps(375) == 7);
    CHECK(Duration::parse("0").in_steps(375) == 0);
}

TEST_CASE("duration: anything else is refused with what would be right", "[base][duration]") {
    for (const char* text : {"", "ep", "5 ep", "-1ep", "2.5it", "1e30ep", "five", "nan", "5epo"}) {
        INFO(text);
        CHECK_THROWS_WITH(Duration::parse(text), Contains("400it"));
    }
    CHECK_THROWS_WITH(Duration::parse("5\nep"), Contains("'5\\u000aep' is not"));
}

}  // namespace espalier
