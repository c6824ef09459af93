#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>

#include "cli/child.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;

TEST_CASE("datasets --json tells each dataset, where it is and where it looked", "[cli][datasets]") {
    const TemporaryFolder folder;
    const report::Json list =
        report::Json::parse(check_succeeds({"datasets", "--json", "--root", folder.path().string()}));
    bool digits_seen = false;
    for (const report::Json& entry : list) {
        INFO(entry.dump());
        CHECK_FALSE(entry["help"].get<std::string>().empty());
        CHECK(entry["present"].is_boolean());
        if (entry["name"] == "digits" || entry["name"] == "sparse-teacher") {
            digits_seen = true;
            CHECK(entry["present"] == true);
            CHECK(entry["place"].is_null());
        } else {
            CHECK(entry["searched"].dump().find(folder.path().string()) != std::string::npos);
        }
    }
    CHECK(digits_seen);
}

TEST_CASE("datasets for people says how to get what is missing", "[cli][datasets]") {
    CHECK_THAT(check_succeeds({"datasets", "--root", "/nonexistent"}),
               Contains("digits") && Contains("compiled in") && Contains(".npz with arrays x and y") &&
                   Contains("Looked for") && Contains("/nonexistent"));
}

}  // namespace espalier::cli
