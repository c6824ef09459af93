#include <cmath>
#include <limits>
#include <set>

#include <espalier/base/files/files.hpp>
#include <espalier/training/run/result_fields.hpp>

#include "support.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("result fields: each has one name, which docs/formats.md lists, and its explanation", "[training]") {
    const std::string page = read_text(std::string(ESPALIER_SOURCE_DIR) + "/docs/formats.md");
    std::set<std::string> names;
    for (const ResultField& field : result_fields()) {
        INFO(field.name);
        CHECK(names.insert(field.name).second);
        CHECK_FALSE(field.help.empty());
        CHECK(page.find("\"" + field.name + "\"") != std::string::npos);
    }
    CHECK(names.size() == 18);
}

TEST_CASE("result fields: whatever a run lacks, it says why", "[training]") {
    RunResult bare;  // no classes, no test set, no validation, no exploration
    bare.has_accuracy = false;
    bare.has_test = false;
    bare.test_accuracy = bare.test_loss = std::numeric_limits<double>::quiet_NaN();
    bare.exploration_reason = "not counted";
    std::size_t missing = 0;
    for (const ResultField& field : result_fields()) {
        INFO(field.name);
        CHECK(std::isnan(field.value(bare)) == !field.reason(bare).empty());
        missing += std::isnan(field.value(bare)) ? 1 : 0;
    }
    CHECK(missing == 8);
}

}  // namespace espalier::training
