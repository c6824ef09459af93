#include <algorithm>
#include <set>

#include <espalier/data/datasets.hpp>

#include "support.hpp"

namespace espalier::data {

TEST_CASE("registry: every entry says what it is and how to get it", "[data][registry]") {
    std::set<std::string> names;
    for (const DatasetEntry& entry : dataset_entries()) {
        INFO(entry.name);
        CHECK(names.insert(entry.name).second);
        CHECK_FALSE(entry.help.empty());
        CHECK_FALSE(entry.source.empty());
        CHECK_FALSE(entry.how_to_get.empty());
        REQUIRE_FALSE(entry.forms.empty());
        for (const DatasetForm& form : entry.forms) CHECK(form.load != nullptr);
    }
    CHECK(names == std::set<std::string>{"cifar10", "cifar100", "digits", "emnist-balanced", "emnist-byclass",
                                         "emnist-letters", "fashion-mnist", "kmnist", "mnist", "qmnist",
                                         "sparse-teacher"});
}

}  // namespace espalier::data
