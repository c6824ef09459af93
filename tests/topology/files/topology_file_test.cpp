#include <espalier/base/files/files.hpp>
#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/files/topology_file.hpp>

#include "damaged_files.hpp"
#include "support.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

Layer random_layer(const std::string& name, const std::vector<std::size_t>& shape, double density, Stream& stream) {
    std::size_t cols = 1;
    for (std::size_t k = 1; k < shape.size(); ++k) cols *= shape[k];
    Layer layer{.name = name, .shape = shape, .pattern = random_pattern(shape[0], cols, density, stream), .values = {}};
    const std::vector<double> values = random_values(layer.pattern.edges(), stream);
    layer.values.assign(values.begin(), values.end());
    return layer;
}

void check_same(const Topology& a, const Topology& b) {
    CHECK(a.label == b.label);
    REQUIRE(a.layers.size() == b.layers.size());
    for (std::size_t k = 0; k < a.layers.size(); ++k) {
        CHECK(a.layers[k].shape == b.layers[k].shape);
        CHECK(a.layers[k].pattern == b.layers[k].pattern);
        CHECK(a.layers[k].values == b.layers[k].values);
    }
}

void read_all(const std::filesystem::path& file) {
    for (const std::string& label : snapshot_labels(file)) read_snapshot(file, label);
}

/// One layer "000_fc" of a topology file, each part of which a test may spoil.
struct RawLayer {
    std::vector<std::int64_t> shape = {2, 3};
    std::vector<std::uint64_t> indptr = {0, 2, 3};
    std::vector<std::uint32_t> indices = {0, 2, 1};
    std::vector<float> values = {1, 2, 3};

    void write(const std::filesystem::path& file) const {
        const hdf5::File written = hdf5::File::create(file);
        hdf5::Group root = written.root();
        root.set_attribute("format", std::string("espalier.topology"));
        root.set_attribute("format_version", std::int64_t{1});
        hdf5::Group group = root.create_group("snapshots").create_group("a").create_group("000_fc");
        group.set_attribute("shape", shape);
        group.write("indptr", indptr);
        group.write("indices", indices);
        group.write("values", values);
    }
};

}  // namespace

TEST_CASE("topology file: random topologies come back bit for bit", "[topology][file]") {
    const TemporaryFolder folder;
    Stream stream = test_stream();
    INFO(seed_text());
    std::vector<Topology> topologies;
    for (const char* label : {"000000000", "000000010", "merged"}) {
        Topology topology{.label = label, .layers = {}};
        topology.layers.push_back(random_layer("fc1", {30, 50}, 0.1, stream));
        topology.layers.push_back(random_layer("conv", {8, 3, 3, 3}, 0.5, stream));
        topology.layers.push_back(random_layer("empty", {4, 8}, 0.0, stream));
        topology.layers.push_back(random_layer("mask_only", {7, 5}, 0.3, stream));
        topology.layers.back().values.clear();
        topology.layers.push_back(
            {.name = "full", .shape = {3, 4}, .pattern = Pattern::full(3, 4), .values = std::vector<float>(12, 1.5F)});
        topologies.push_back(std::move(topology));
    }
    write_topology_file(folder / "t.h5", topologies);
    CHECK(snapshot_labels(folder / "t.h5") == std::vector<std::string>{"000000000", "000000010", "merged"});
    for (const Topology& topology : topologies) check_same(topology, read_snapshot(folder / "t.h5", topology.label));
    CHECK(read_snapshot(folder / "t.h5", "merged").layers[1].name == "001_conv");
}

TEST_CASE("topology file: the same topologies make the same bytes, names read are names written", "[topology][file]") {
    const TemporaryFolder folder;
    Stream stream = test_stream();
    const Topology topology{.label = "a", .layers = {random_layer("fc1", {30, 50}, 0.1, stream)}};
    write_topology_file(folder / "a.h5", {topology});
    write_topology_file(folder / "b.h5", {read_snapshot(folder / "a.h5", "a")});
    CHECK(read_text(folder / "a.h5") == read_text(folder / "b.h5"));
    CHECK(numbered_name(7, "fc") == "007_fc");
    CHECK(numbered_name(1234, "fc") == "1234_fc");
    CHECK(numbered_name(1, "007_fc") == "007_fc");
    CHECK(numbered_name(1, "12_fc") == "001_12_fc");
}

TEST_CASE("topology file: what cannot be written is refused and the old file stays", "[topology][file]") {
    const TemporaryFolder folder;
    const auto file = folder / "t.h5";
    const Layer good{.name = "fc", .shape = {2, 2}, .pattern = pattern({{1, 0}, {0, 1}}), .values = {1, 2}};
    write_topology_file(file, {{.label = "old", .layers = {good}}});
    Layer wrong_shape = good;
    wrong_shape.shape = {2, 3};
    Layer wrong_values = good;
    wrong_values.values = {1, 2, 3};
    CHECK_THROWS_WITH(write_topology_file(file, {{.label = "a", .layers = {wrong_shape}}}), Contains("2x3"));
    CHECK_THROWS_WITH(write_topology_file(file, {{.label = "a", .layers = {wrong_values}}}), Contains("3 values"));
    CHECK_THROWS_WITH(write_topology_file(file, {{.label = "a/b", .layers = {good}}}), Contains("'a/b'"));
    CHECK_THROWS_WITH(write_topology_file(file, {{.label = "a", .layers = {}}, {.label = "a", .layers = {}}}),
                      Contains("'a'"));
    CHECK(snapshot_labels(file) == std::vector<std::string>{"old"});
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("topology file: groups without a mask are left out", "[topology][file]") {
    const TemporaryFolder folder;
    RawLayer().write(folder / "t.h5");
    {
        const hdf5::File file = hdf5::File::open_for_writing(folder / "t.h5");
        hdf5::Group snapshot = file.root().group("snapshots").group("a");
        snapshot.create_group("001_norm").write("bias", std::vector<float>{1, 2});
    }
    const Topology topology = read_snapshot(folder / "t.h5", "a");
    REQUIRE(topology.layers.size() == 1);
    CHECK(topology.layers[0].pattern == pattern({{1, 0, 1}, {0, 1, 0}}));
}

TEST_CASE("topology file: masks that are none are refused by name", "[topology][file]") {
    const TemporaryFolder folder;
    const auto refused = [&](auto spoil, const std::string& reason) {
        RawLayer layer;
        spoil(layer);
        layer.write(folder / "t.h5");
        CHECK_THROWS_WITH(read_snapshot(folder / "t.h5", "a"),
                          Contains("t.h5:/snapshots/a/000_fc") && Contains(reason));
    };
    CHECK_NOTHROW((RawLayer().write(folder / "t.h5"), read_all(folder / "t.h5")));
    refused([](RawLayer& layer) { layer.indices = {2, 0, 1}; }, "row 0");
    refused([](RawLayer& layer) { layer.indices = {0, 0, 1}; }, "row 0");
    refused([](RawLayer& layer) { layer.indices = {0, 2, 3}; }, "row 1");
    refused([](RawLayer& layer) { layer.indptr = {0, 3, 2}; }, "no mask");
    refused([](RawLayer& layer) { layer.indptr = {0, 1ULL << 63, 3}; }, "no mask");
    refused([](RawLayer& layer) { layer.indptr = {1, 2, 3}; }, "no mask");
    refused([](RawLayer& layer) { layer.indptr = {0, 2, 4}; }, "no mask");
    refused([](RawLayer& layer) { layer.indptr = {0, 2}; }, "indptr");
    refused([](RawLayer& layer) { layer.shape = {3, 3}; }, "instead of 4");
    refused([](RawLayer& layer) { layer.shape = {2, -3}; }, "'shape'");
    refused([](RawLayer& layer) { layer.shape = {2}; }, "'shape'");
    refused([](RawLayer& layer) { layer.shape = {2, 1L << 31, 1L << 31, 4}; }, "'shape'");
    refused([](RawLayer& layer) { layer.values = {1, 2}; }, "values");
    CHECK_THROWS_WITH(read_snapshot(folder / "t.h5", "b"), Contains("/snapshots/b") && Contains("missing"));
}

TEST_CASE("topology file: other kinds of file and later versions are refused", "[topology][file]") {
    const TemporaryFolder folder;
    const auto file = folder / "t.h5";
    hdf5::File::create(file).close();
    CHECK_THROWS_WITH(snapshot_labels(file), Contains("t.h5") && Contains("another program"));
    const auto set = [&](const std::string& name, const hdf5::Attribute& value) {
        hdf5::File::open_for_writing(file).root().set_attribute(name, value);
    };
    set("format", std::string("espalier.checkpoint"));
    CHECK_THROWS_WITH(snapshot_labels(file), Contains("espalier.checkpoint") && Contains("espalier.run"));
    set("format", std::string("espalier.run"));
    set("format_version", std::int64_t{2});
    CHECK_THROWS_WITH(snapshot_labels(file), Contains("format_version 2"));
}

TEST_CASE("topology file: cut short or with a flipped bit it is read or refused", "[topology][file][damage]") {
    const TemporaryFolder folder;
    Stream stream = test_stream();
    const auto file = folder / "t.h5";
    write_topology_file(file, {{.label = "a", .layers = {random_layer("fc1", {30, 50}, 0.1, stream)}},
                               {.label = "b", .layers = {random_layer("conv", {4, 3, 3, 3}, 0.5, stream)}}});
    const DamageCount count = check_damaged(file, 400, read_all);
    CHECK(count.refused >= 400);  // whatever is cut short, and some of the flips
}

TEST_CASE("topology file: groups of convolutions are kept, and checked", "[topology]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Topology topology{
        .label = "a",
        .layers = {random_layer("depthwise", {6, 1, 3, 3}, 0.5, stream), random_layer("fc", {4, 6}, 0.5, stream)}};
    topology.layers[0].groups = 6;
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "groups.h5";
    write_topology_file(file, std::vector{topology});
    const Topology read = read_snapshot(file, "a");
    CHECK(read.layers[0].groups == 6);
    CHECK(read.layers[1].groups == 1);
    check_same(topology, read);
    const std::vector<std::pair<std::string, std::int64_t>> wrong = {{"000_depthwise", 0},
                                                                     {"000_depthwise", -6},
                                                                     {"000_depthwise", 4},
                                                                     {"000_depthwise", std::int64_t{1} << 40},
                                                                     {"001_fc", 2}};
    for (const auto& [layer, groups] : wrong) {
        write_topology_file(file, std::vector{topology}, [&](hdf5::Group& root) {
            root.group("snapshots").group("a").group(layer).set_attribute("groups", groups);
        });
        CHECK_THROWS_WITH(read_snapshot(file, "a"), Contains("'groups': " + std::to_string(groups)) && Contains(layer));
    }
}

}  // namespace espalier::topology
