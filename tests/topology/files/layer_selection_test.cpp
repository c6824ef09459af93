#include <sys/stat.h>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/layer_selection.hpp>

#include "npz_builder.hpp"
#include "support.hpp"

namespace espalier::topology {
using namespace testing;
using Catch::Matchers::Equals;

namespace {
using Positions = std::vector<std::size_t>;
using Names = std::vector<std::string>;
}  // namespace

TEST_CASE("layer selection: by name, by the name behind a number, or by position", "[topology][layer_selection]") {
    const Names names{"000_fc1", "002_fc2", "fc9"};
    CHECK(selected_layers(names, {}, "run.h5") == Positions{0, 1, 2});
    CHECK(selected_layers(names, {"fc2", "000_fc1", "2"}, "run.h5") == Positions{1, 0, 2});
    CHECK_THROWS_WITH(selected_layers(names, {"fc3"}, "run.h5"), Contains("run.h5") && Contains("'fc3'"));
    CHECK_THROWS_WITH(selected_layers(names, {"fc1", "0"}, "run.h5"), Contains("twice"));
    CHECK_THROWS_AS(selected_layers(names, {"3"}, "run.h5"), ConfigError);
    CHECK_THROWS_WITH(selected_layers({"conv1", "fc"}, {"comv1"}, "f"), Contains("mean 'conv1'"));
    CHECK(selected_layers({"1", "0"}, {"0"}, "f") == Positions{1});  // a name before a position
}

TEST_CASE("layer selection: .weight may be left out; the nearest meaning counts", "[topology][layer_selection]") {
    CHECK(selected_layers({"fc1.weight", "000_fc2.weight"}, {"fc2", "fc1"}, "f") == Positions{1, 0});
    CHECK(selected_layers({"fc1.weight", "fc1"}, {"fc1"}, "f") == Positions{1});
    CHECK(selected_layers({"fc1.weight", "fc1"}, {"fc1.weight"}, "f") == Positions{0});
    CHECK_THROWS_WITH(selected_layers({"000_fc", "001_fc"}, {"fc"}, "f"),
                      Contains("'000_fc'") && Contains("'001_fc'") && Contains("whole name"));
}

TEST_CASE("layer selection: patterns take what they match, in the order of the layers", "[topology][layer_selection]") {
    const Names names{"conv1.weight", "layer1.0.conv1.weight", "layer1.0.conv2.weight", "layer1.0.down.weight",
                      "fc.weight"};
    CHECK(selected_layers(names, {"layer*.conv?.weight"}, "f") == Positions{1, 2});
    CHECK(selected_layers(names, {"layer*.conv?"}, "f") == Positions{1, 2});
    CHECK(selected_layers(names, {"fc", "*"}, "f") == Positions{4, 0, 1, 2, 3});
    CHECK(selected_layers({"a*", "ab"}, {"a*"}, "f") == Positions{0});  // a name before a pattern
    CHECK_THROWS_WITH(selected_layers(names, {"conv1.w?ights"}, "f"),
                      Contains("'conv1.w?ights'") && Contains("mean 'conv1.weight'"));
    CHECK_THROWS_WITH(selected_layers(names, {"*", "fc"}, "f"), Contains("'fc.weight' is selected twice"));
    CHECK_THROWS_WITH(selected_layers(names, {"fc", "f*"}, "f"), Contains("'fc.weight' is selected twice"));
    CHECK_THROWS_WITH(selected_layers(Names(25, "x"), {"y*"}, "f"), Contains("and 5 more"));
}

TEST_CASE("layer selection: words are separated by commas, and a file holds one per line",
          "[topology][layer_selection]") {
    const TemporaryFolder folder;
    const std::string list = folder / "names.txt";
    write_bytes(list, "fc,1\r\n\nconv*\n");
    CHECK(layer_words("").empty());
    CHECK(layer_words("a,b") == Names{"a", "b"});
    CHECK(layer_words("a,@" + list + ",b") == Names{"a", "fc,1", "conv*", "b"});
    CHECK_THROWS_AS(layer_words("@" + (folder / "none.txt").string()), IoError);
    CHECK_THROWS_AS(layer_words("@" + folder.path().string()), IoError);
    const std::string fifo = folder / "fifo";  // nobody writes: to open it would be to wait for ever
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK_THROWS_WITH(layer_words("@" + fifo),
                      Equals("--layers: cannot read " + fifo + ": it is a FIFO, not a regular file"));
    write_bytes(list, "\n\n");
    CHECK_THROWS_WITH(layer_words("@" + list), Contains("names.txt") && Contains("no name"));
}

}  // namespace espalier::topology
