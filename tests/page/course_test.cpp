#include <espalier/base/formats/zero_padded.hpp>
#include <espalier/page/course.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

std::vector<std::string> labels_up_to(int last) {
    std::vector<std::string> labels;
    for (int step = 0; step <= last; ++step) labels.push_back(zero_padded(step, 9));
    return labels;
}

}  // namespace

TEST_CASE("course: an even choice has the first and the last", "[page][course]") {
    CHECK(even_choice(21, 5) == std::vector<std::size_t>{0, 5, 10, 15, 20});
    CHECK(even_choice(3, 12) == std::vector<std::size_t>{0, 1, 2});
    CHECK(even_choice(9, 2) == std::vector<std::size_t>{0, 8});
    CHECK(even_choice(9, 1) == std::vector<std::size_t>{8});
    CHECK(even_choice(1, 12) == std::vector<std::size_t>{0});
    CHECK(even_choice(0, 12).empty());
    CHECK(even_choice(5, 0).empty());
}

TEST_CASE("course: layers are called without the numbers that run files give them", "[page][course]") {
    CHECK(plain_layer_name("000_fc1") == "fc1");
    CHECK(plain_layer_name("012_layer1.0.conv1") == "layer1.0.conv1");
    CHECK(plain_layer_name("fc1") == "fc1");
    CHECK(plain_layer_name("000_") == "000_");
    CHECK(plain_layer_name("12_fc") == "12_fc");
    CHECK(plain_layer_name("123").size() == 3);
}

TEST_CASE("course: of many moments an even choice is shown, and said", "[page][course]") {
    const TemporaryFolder folder;
    const std::vector<std::string> labels = labels_up_to(most_moments);
    const Pattern mask = pattern({{1, 0}, {0, 1}});
    for (const char* name : {"0.h5", "1.h5"}) {
        write_snapshots(folder / name, labels, std::vector<Pattern>(labels.size(), mask));
    }
    const PageRuns all = made_runs(
        {{.file = folder / "0.h5", .snapshots = labels}, {.seed = 1, .file = folder / "1.h5", .snapshots = labels}});
    const Course course = read_course(all, tell_nobody);
    CHECK(course.at.size() == most_moments);
    CHECK(course.names.front() == "step 0");
    CHECK(course.names.back() == "step 12");
    CHECK(course.left_out == std::vector<std::string>{"maps over training show 12 of 13 common snapshots"});
}

TEST_CASE("course: fewer moments where their weights would not fit into memory", "[page][course]") {
    const TemporaryFolder folder;
    const std::vector<std::string> labels = labels_up_to(4);
    write_snapshots(folder / "0.h5", labels, std::vector<Pattern>(labels.size(), pattern({{1}})));
    // How much there will be to hold is told by the shapes in the run file: twice 16 million weights.
    const PageRuns all = made_runs({{.file = folder / "0.h5", .snapshots = labels, .shapes = {{4000, 4000}}}});
    const Course course = read_course(all, tell_nobody);
    CHECK(course.names == std::vector<std::string>{"step 0", "step 4"});
    CHECK(course.left_out == std::vector<std::string>{"maps over training show 2 of 5 common snapshots"});
}

TEST_CASE("course: runs of one snapshot have one moment, and stand beside runs of several", "[page][course]") {
    const TemporaryFolder folder;
    const Pattern early = pattern({{1, 0}, {0, 1}});
    const Pattern late = pattern({{1, 1}, {0, 0}});
    write_snapshots(folder / "0.h5", {"000000005"}, {late});
    write_snapshots(folder / "1.h5", {"000000000", "000000005"}, {early, late});
    const MadeRun single{.file = folder / "0.h5", .snapshots = {"000000005"}};
    const Course one = read_course(made_runs({single}), tell_nobody);
    CHECK(one.at.size() == 1);
    CHECK(!one.has_start(0));
    const Course both =
        read_course(made_runs({single, {.seed = 1, .file = folder / "1.h5", .snapshots = {"000000000", "000000005"}}}),
                    tell_nobody);
    REQUIRE(both.at.size() == 2);
    CHECK(both.names == std::vector<std::string>{"step 0", "step 5"});
    CHECK(!both.has_start(0));
    CHECK(both.has_start(1));
    CHECK(both.at[0][0].layers[0].pattern == late);
    CHECK(both.at[0][1].layers[0].pattern == early);
    CHECK(both.at[1][1].layers[0].pattern == late);
    CHECK(both.left_out.empty());
}

TEST_CASE("course: a snapshot with other layers than its network is left out, and said", "[page][course]") {
    const TemporaryFolder folder;
    write_snapshots(folder / "0.h5", {"000000000"}, {pattern({{1, 0}})});
    write_snapshots(folder / "1.h5", {"000000000"}, {pattern({{1}})});
    const Course course = read_course(made_runs({{.file = folder / "0.h5", .snapshots = {"000000000"}},
                                                 {.seed = 1, .file = folder / "1.h5", .snapshots = {"000000000"}}}),
                                      tell_nobody);
    CHECK(course.runs == std::vector<std::size_t>{0});
    CHECK(course.left_out ==
          std::vector<std::string>{"a s1 in pictures of topologies: a snapshot has other layers than "
                                   "its network"});
}

TEST_CASE("course: runs of another architecture and without snapshots are left out, and said", "[page][course]") {
    const TemporaryFolder folder;
    const std::vector<std::string> labels = labels_up_to(1);
    for (const char* name : {"0.h5", "1.h5", "2.h5"}) {
        write_snapshots(folder / name, labels, {pattern({{1}}), pattern({{1}})});
    }
    const PageRuns all = made_runs({{.file = folder / "0.h5", .snapshots = labels, .shapes = {{9, 9}}},
                                    {.seed = 1, .file = folder / "1.h5", .snapshots = labels},
                                    {.seed = 2, .file = folder / "2.h5", .snapshots = labels},
                                    {.seed = 3}});
    const Course course = read_course(all, tell_nobody);
    CHECK(course.runs == std::vector<std::size_t>{1, 2});
    CHECK(course.left_out ==
          std::vector<std::string>{"pictures of topologies show a s1 and a s2; other layers: a s0, seen on a page of "
                                   "their own",
                                   "1 run in pictures of topologies: without snapshots"});
    CHECK(course.drawn == "a s1 and a s2");
    CHECK(read_course(made_runs({{.seed = 3}}), tell_nobody).left_out ==
          std::vector<std::string>{"all pictures of topologies: no run has snapshots"});
}

TEST_CASE("course: of more runs than are shown one by one the first of each group", "[page][course]") {
    std::vector<MadeRun> made;
    for (std::size_t k = 0; k < most_detailed; ++k) made.push_back({.group = k / 5, .seed = std::int64_t(k)});
    Course course;
    for (std::size_t k = 0; k < made.size(); ++k) course.runs.push_back(k);
    std::vector<std::string> left_out;
    CHECK(detailed_runs(course, made_runs(made), left_out).size() == most_detailed);
    CHECK(left_out.empty());
    made.push_back({.group = 2, .seed = 99});
    course.runs.push_back(most_detailed);
    CHECK(detailed_runs(course, made_runs(made), left_out) == std::vector<std::size_t>{0, 5, 10});
    CHECK(left_out == std::vector<std::string>{"degrees, singular values, connections and kernels are shown of 3 of 13 "
                                               "runs, the first of each group"});
}

TEST_CASE("course: of more groups than are shown one by one the first ones", "[page][course]") {
    std::vector<MadeRun> made;
    Course course;
    for (std::size_t k = 0; k <= most_detailed; ++k) {
        made.push_back({.group = k});
        course.runs.push_back(k);
    }
    std::vector<std::string> left_out;
    CHECK(detailed_runs(course, made_runs(made), left_out).size() == most_detailed);
    CHECK(left_out.size() == 1);
}

TEST_CASE("course: of networks of many layers fewer runs are shown one by one", "[page][course]") {
    const PageRuns all = made_runs({{.group = 0}, {.group = 0, .seed = 1}, {.group = 1}, {.group = 2}});
    topology::Topology network = one_layer(pattern({{1}}));
    const auto shown = [&](std::size_t layers) {
        network.layers.assign(layers, network.layers.front());
        const Course course{.runs = {0, 1, 2, 3},
                            .names = {"end"},
                            .at = {std::vector<topology::Topology>(4, network)},
                            .left_out = {}};
        std::vector<std::string> left_out;
        const std::vector<std::size_t> chosen = detailed_runs(course, all, left_out);
        return std::pair(chosen, left_out.size());
    };
    CHECK(shown(most_detailed_layers / 4) == std::pair(std::vector<std::size_t>{0, 1, 2, 3}, std::size_t{0}));
    CHECK(shown(most_detailed_layers / 4 + 1) == std::pair(std::vector<std::size_t>{0, 2, 3}, std::size_t{1}));
    CHECK(shown(most_detailed_layers + 1) == std::pair(std::vector<std::size_t>{0}, std::size_t{1}));
}

}  // namespace espalier::page
