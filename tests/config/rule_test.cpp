#include <cmath>
#include <limits>

#include <espalier/config/rule.hpp>

#include "support.hpp"

namespace espalier::config {
using namespace testing;

namespace {
const Value zero_number = 0.0;
const Value integer = std::int64_t{0};
const Value any_text = std::string();
}  // namespace

TEST_CASE("rule: ranges, open and closed, in words and in fact", "[config][rule]") {
    const Rule density = within({.low = 0, .high = 1, .without_low = true});
    CHECK(density.allowed == "above 0 and at most 1");
    CHECK(density.read(1.0, zero_number) == Value(1.0));
    CHECK_THROWS_WITH(density.read(0.0, zero_number), "must be above 0 and at most 1");
    const Rule momentum = within({.low = 0, .high = 1, .without_high = true});
    CHECK(momentum.allowed == "at least 0 and below 1");
    CHECK(momentum.read(0.0, zero_number) == Value(0.0));
    CHECK_THROWS(momentum.read(1.0, zero_number));
    CHECK(at_least(0.5).allowed == "at least 0.5");
}

TEST_CASE("rule: what is not finite is never allowed", "[config][rule]") {
    for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
        CHECK_THROWS(within({}).read(bad, zero_number));
        CHECK_THROWS(at_least(0).read(bad, zero_number));
        CHECK_THROWS(within({}).read(std::vector<double>{0.0, bad}, std::vector<double>{}));
    }
}

TEST_CASE("rule: a range holds for each item of a list", "[config][rule]") {
    const Rule rule = within({.low = 1, .high = 10});
    const Value list = std::vector<std::int64_t>{};
    CHECK(rule.read(std::vector<std::int64_t>{1, 10}, list) == Value(std::vector<std::int64_t>{1, 10}));
    CHECK(rule.read(list, list) == list);
    CHECK_THROWS_WITH(rule.read(std::vector<std::int64_t>{1, 11}, list), Contains("at least 1 and at most 10"));
}

TEST_CASE("rule: a list of lengths of time", "[config][rule]") {
    const Value list = std::vector<std::string>{};
    const Value read = lengths().read(std::vector<std::string>{"500it", "3"}, list);
    CHECK(read == Value(std::vector<std::string>{"500it", "3ep"}));
    CHECK(lengths().read(std::vector<std::int64_t>{}, list) == list);
    CHECK_THROWS_WITH(lengths().read(std::vector<std::string>{"1ep", "soon"}, list), Contains("400it"));
    CHECK_THROWS_WITH(lengths().read(std::string("3ep"), list), Contains("must be a list of texts"));
}

TEST_CASE("rule: powers of two", "[config][rule]") {
    const Rule rule = power_of_two(64);
    for (const std::int64_t good : {1, 2, 8, 64}) CHECK(rule.read(good, integer) == Value(good));
    for (const std::int64_t bad : {0, -2, 3, 12, 128})
        CHECK_THROWS_WITH(rule.read(bad, integer), "must be a power of two from 1 to 64");
    CHECK_THROWS(rule.read(2.5, integer));
}

TEST_CASE("rule: names, with the nearest one", "[config][rule]") {
    const Rule rule = one_of({"set", "rigl"});
    CHECK(rule.read(std::string("set"), any_text) == Value(std::string("set")));
    CHECK_THROWS_WITH(rule.read(std::string("rigll"), any_text), "is not known. Did you mean 'rigl'? Known: set, rigl");
    CHECK_THROWS_WITH(rule.read(std::int64_t{1}, any_text), Contains("must be text"));
    CHECK_THROWS(rule.read(std::string(), any_text));
    CHECK(by_method(rule).read(std::string(), any_text) == Value(std::string()));
    CHECK_THROWS(by_method(within({})).read(std::string(), zero_number));
}

TEST_CASE("rule: a file's path starts at the configuration's folder; none stays none", "[config][rule]") {
    const Rule rule = file_path();
    CHECK(rule.absolute("picked.txt", "/data") == "/data/picked.txt");
    CHECK(rule.absolute("../picked.txt", "/data/runs") == "/data/picked.txt");
    CHECK(rule.absolute("/tmp/picked.txt", "/data") == "/tmp/picked.txt");
    CHECK(rule.absolute("", "/data").empty());
}

TEST_CASE("rule: a name or a path", "[config][rule]") {
    const Rule rule = one_of_or_path({"digits"}, "a path that ends in .csv",
                                     [](const std::string& value) { return value.ends_with(".csv"); });
    CHECK(rule.allowed == "one of digits, or a path that ends in .csv");
    CHECK(rule.read(std::string("a/b.csv"), any_text) == Value(std::string("a/b.csv")));
    CHECK(rule.absolute("b.csv", "/data") == "/data/b.csv");
    CHECK(rule.absolute("digits", "/data") == "digits");
    CHECK_THROWS_WITH(rule.read(std::string("digit"), any_text), Contains("Did you mean 'digits'?"));
}

TEST_CASE("rule: a path behind a marker", "[config][rule]") {
    const Rule rule = with_path_behind("file:", anything());
    CHECK(rule.absolute("file:a/run.h5@30", "/data") == "file:/data/a/run.h5@30");
    CHECK(rule.absolute("file:../b.npz", "/data/x") == "file:/data/b.npz");
    CHECK(rule.absolute("file:/a/b.npz", "/data") == "file:/a/b.npz");
    CHECK(rule.absolute("ratio_of:file:b.npz", "/data") == "ratio_of:file:/data/b.npz");
    CHECK(rule.absolute("file:", "/data") == "file:");
    CHECK(rule.absolute("erk", "/data") == "erk");
}

TEST_CASE("rule: lengths of time in every spelling", "[config][rule]") {
    CHECK(length().read(std::string("400it"), any_text) == Value(std::string("400it")));
    CHECK(length().read(std::int64_t{5}, any_text) == Value(std::string("5ep")));
    CHECK(length().read(0.5, any_text) == Value(std::string("0.5ep")));
    CHECK(length().read(std::string("0"), any_text) == Value(std::string("0ep")));
    for (const Value& bad :
         {Value(std::string("5 ep")), Value(-1.0), Value(std::nan("")), Value(true), Value(HUGE_VAL)}) {
        CHECK_THROWS_WITH(length().read(bad, any_text), Contains("400it"));
    }
    CHECK_THROWS_WITH(positive_length().read(std::int64_t{0}, any_text), "must be longer than 0");
    CHECK(positive_length_or("auto").read(std::string("auto"), any_text) == Value(std::string("auto")));
    CHECK_THROWS(positive_length_or("auto").read(std::string("often"), any_text));
}

TEST_CASE("rule: names of files stay in their folder", "[config][rule]") {
    CHECK(file_name().read(std::string("mnist set 5%"), any_text) == Value(std::string("mnist set 5%")));
    CHECK(file_name().read(std::string("a..b-c"), any_text) == Value(std::string("a..b-c")));
    for (const std::string& bad :
         {std::string(), std::string("a/b"), std::string("/a"), std::string("../a"), std::string("a/.."),
          std::string(".."), std::string("."), std::string(".a"), std::string("-a"), std::string("a\nb"),
          std::string("a\x7f"), std::string(1, '\0'), std::string(201, 'x')}) {
        CHECK_THROWS_WITH(file_name().read(bad, any_text), Contains("without '/'"));
    }
}

TEST_CASE("rule: some of a list of names, each once", "[config][rule]") {
    using Names = std::vector<std::string>;
    const Value list = Names{};
    const Rule rule = some_of({"jsonl", "csv"});
    CHECK(rule.allowed == "each one of jsonl, csv");
    CHECK(rule.read(Names{}, list) == Value(Names{}));
    CHECK(rule.read(Names{"csv", "jsonl"}, list) == Value(Names{"csv", "jsonl"}));
    CHECK_THROWS_WITH(rule.read(Names{"csv", "json"}, list),
                      "has 'json', which is not known; known: jsonl, csv. Did you mean 'jsonl'?");
    CHECK_THROWS_WITH(rule.read(Names{"csv", "csv"}, list), "has 'csv' twice");
    CHECK_THROWS(rule.read(std::string("csv"), list));
}

}  // namespace espalier::config
