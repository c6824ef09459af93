#include <espalier/base/text/error.hpp>
#include <espalier/data/remarks.hpp>

#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

using Lines = std::vector<std::string>;

Examples examples(const std::vector<std::uint32_t>& labels, const std::vector<float>& values = {}) {
    Examples all{.count = labels.size(), .features = 2, .values = {}, .labels = labels};
    std::vector<float> held = values;
    for (std::size_t k = held.size(); k < 2 * labels.size(); ++k) held.push_back(static_cast<float>(k));
    all.values = std::move(held);
    return all;
}

Dataset dataset(const std::vector<std::uint32_t>& train, const std::vector<std::uint32_t>& test,
                std::uint32_t classes) {
    return {.name = "own", .shape = {2, 1, 1}, .classes = classes, .train = examples(train), .test = examples(test)};
}

Lines remarks_of(const Dataset& set, double validation, bool by_class = true) {
    return remarks(set, split_off_validation(set.train.count, validation), validation, by_class);
}

}  // namespace

TEST_CASE("remarks: none where nothing is wrong", "[data][remarks]") {
    CHECK(remarks_of(dataset({0, 1, 0, 1}, {0, 1}, 2), 0.5).empty());
    CHECK(remarks_of(dataset({0, 1, 0, 1}, {0}, 2), 0.0).empty());
}

TEST_CASE("remarks: classes without samples", "[data][remarks]") {
    CHECK(remarks_of(dataset({0, 1, 0, 1, 2, 0}, {0, 3}, 4), 1.0 / 3.0) ==
          Lines{"dataset own: classes 2, 3 without a sample to train on, though there are some to validate or test on: "
                "nothing of them can be learned",
                "dataset own: class 1 without a sample to validate on"});
    CHECK(remarks_of(dataset({1, 2, 1, 2}, {1, 2}, 3), 0.0) ==
          Lines{"dataset own: class 0 without any sample; the network has an output for each nevertheless"});
    std::vector<std::uint32_t> many = {0, 20, 20};
    CHECK(remarks_of(dataset(many, {0}, 21), 0.0)[0] ==
          "dataset own: classes 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 9 more without any sample; the network has an output "
          "for each nevertheless");
    CHECK(remarks_of(dataset({0, 1, 2}, {0, 1, 2, 3, 4}, 5), 0.0).back() ==
          "dataset own: 3 samples to train on, fewer than its 5 classes");
    CHECK(remarks_of(dataset({0, 1, 2}, {0, 1, 2, 3, 4}, 5), 0.0, false).empty());
}

TEST_CASE("remarks: parts that are empty, and what reading said", "[data][remarks]") {
    Dataset set = dataset({0, 1, 0, 1}, {}, 2);
    set.remarks = {"said before"};
    CHECK(remarks_of(set, 0.1) ==
          Lines{"said before",
                "dataset own: no test set, so nothing is tested; data.test = 0.2 would hold out a fifth of the samples",
                "dataset own: data.validation = 0.100000 of 4 samples holds none out, so nothing is validated"});
}

TEST_CASE("remarks: inputs that do not vary", "[data][remarks]") {
    Dataset set = dataset({0, 1, 0, 1}, {0}, 2);
    set.train = examples({0, 1, 0, 1}, {1, 5, 2, 5, 1, 5, 9, 6});
    CHECK(remarks_of(set, 0.0).empty());
    CHECK(remarks_of(set, 0.25).back() == "dataset own: 1 of its 2 inputs are the same in all samples to train on");
    set.shape = {1, 1, 2};  // an image has borders
    CHECK(remarks_of(set, 0.25).size() == 1);
    set.train = examples({0, 1, 0, 1}, {1, 5, 1, 5, 1, 5, 1, 5});
    CHECK(remarks_of(set, 0.0) == Lines{"dataset own: all samples to train on have the same inputs"});
}

TEST_CASE("require_classes: a single class, or none, is refused", "[data][remarks]") {
    const auto require = [](const Dataset& set, double validation) {
        require_classes(set, split_off_validation(set.train.count, validation));
    };
    CHECK_NOTHROW(require(dataset({0, 1, 0, 1}, {0}, 2), 0.5));
    Dataset single = dataset({3, 3, 3}, {3}, 4);
    single.labels_from = "; its labels are column 3";
    CHECK_THROWS_AS(require(single, 0.0), FormatError);
    CHECK_THROWS_WITH(require(single, 0.0),
                      "dataset own: all 3 samples to train on are of class 3, so there is nothing to tell apart; its "
                      "labels are column 3");
    CHECK_THROWS_WITH(require(dataset({0, 0, 1, 1}, {0}, 2), 0.5),
                      Contains("data.validation holds out") && Contains("mix"));
    Dataset none = dataset({0, 0}, {}, 1);
    none.unlabelled = "no y";
    CHECK_THROWS_WITH(require(none, 0.0),
                      Contains("there are no classes to learn") && Contains("autoencoder") && Contains(": no y"));
}

}  // namespace espalier::data
