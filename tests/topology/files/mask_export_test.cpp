#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/mask_export.hpp>
#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/files/topology_file.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// Up to four layers, linear and convolutions, with weights (some of them 0) or without, from empty to full.
Topology random_topology(Stream& stream) {
    Topology topology{"net", {}};
    const std::size_t layers = 1 + stream.below(4);
    for (std::size_t k = 0; k < layers; ++k) {
        std::vector<std::size_t> shape{1 + stream.below(9), 1 + stream.below(9)};
        if (stream.below(3) == 0) shape.insert(shape.end(), {1 + stream.below(3), 1 + stream.below(3)});
        std::size_t columns = 1;
        for (std::size_t side = 1; side < shape.size(); ++side) columns *= shape[side];
        const double density = static_cast<double>(stream.below(5)) / 4;
        Layer layer{"00" + std::to_string(k) + "_layer", shape, random_pattern(shape[0], columns, density, stream), {}};
        const bool has_values = stream.below(2) == 0;
        for (std::size_t edge = 0; has_values && edge < layer.pattern.edges(); ++edge) {
            layer.values.push_back((static_cast<float>(stream.below(9)) - 4) / 3);
        }
        topology.layers.push_back(std::move(layer));
    }
    return topology;
}

void check_equal(const Topology& read, const Topology& written) {
    REQUIRE(read.layers.size() == written.layers.size());
    for (std::size_t k = 0; k < read.layers.size(); ++k) {
        CHECK(read.layers[k].name == written.layers[k].name);
        CHECK(read.layers[k].shape == written.layers[k].shape);
        CHECK(read.layers[k].pattern == written.layers[k].pattern);
        CHECK(read.layers[k].values == written.layers[k].values);
    }
}

}  // namespace

TEST_CASE("mask export: 50 random topologies are equal bits through every kind of file", "[topology][mask_export]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const TemporaryFolder folder;
    for (int k = 0; k < 50; ++k) {
        const Topology topology = random_topology(stream);
        const std::string name = std::to_string(k);
        write_dense_npz(folder / (name + ".npz"), topology);
        write_sparse_npz_folder(folder / name, topology);
        write_safetensors(folder / (name + ".safetensors"), topology);
        write_topology_file(folder / (name + ".h5"), {topology});
        check_equal(read_snapshot(folder / (name + ".h5"), "net"), topology);
        check_equal(read_mask_files(folder / (name + ".npz")), topology);
        check_equal(read_mask_files(folder / name), topology);
        check_equal(read_mask_files(folder / (name + ".safetensors")), topology);
    }
}

TEST_CASE("mask export: names stay where their order is the layers', and get numbers else", "[topology][mask_export]") {
    const TemporaryFolder folder;
    const auto names = [&](const std::vector<std::string>& given, float weight = 0) {
        Topology topology{"net", {}};
        for (const std::string& name : given) topology.layers.push_back({name, {1, 2}, pattern({{0, 1}}), {weight}});
        write_safetensors(folder / "m.safetensors", topology);
        std::vector<std::string> read;
        for (const Layer& layer : read_mask_files(folder / "m.safetensors").layers) read.push_back(layer.name);
        return read;
    };
    using TensorNames = std::vector<std::string>;
    CHECK(names({"fc2", "fc10"}) == TensorNames{"fc2", "fc10"});
    CHECK(names({"out", "in"}) == TensorNames{"000_out", "001_in"});
    CHECK(names({"fc", "fc"}) == TensorNames{"000_fc", "001_fc"});
    CHECK(names({"fc", "fc_mask"}) == TensorNames{"fc", "fc_mask"});
    CHECK(names({"fc_mask", "fc_orig"}, 1) == TensorNames{"000_fc_mask", "001_fc_orig"});  // they would be one layer
    CHECK(names({"a/b\"c\\d"}) == TensorNames{"a/b\"c\\d"});
}

TEST_CASE("mask export: what cannot be written is refused", "[topology][mask_export]") {
    const TemporaryFolder folder;
    const Topology huge{"net", {{"wide", {1U << 20, 1U << 20}, Pattern::empty(1U << 20, 1U << 20), {}}}};
    CHECK_THROWS_WITH(write_safetensors(folder / "m.safetensors", huge),
                      Contains("'wide'") && Contains("16 GiB") && Contains("stays sparse"));
    CHECK_THROWS_WITH(write_dense_npz(folder / "m.npz", huge), Contains("16 GiB"));
    write_sparse_npz_folder(folder / "sparse", {"net", {{"wide", {1U << 20, 5}, Pattern::empty(1U << 20, 5), {}}}});
    CHECK(read_mask_files(folder / "sparse").layers[0].pattern.rows() == 1U << 20);
    CHECK_THROWS_WITH(write_sparse_npz_folder(folder / "odd", {"net", {{"a/b", {1, 1}, Pattern::full(1, 1), {}}}}),
                      Contains("'a/b'"));
    CHECK_THROWS_AS(write_dense_npz(folder / "no/such/folder.npz", network("net", {pattern({{1}})})), IoError);
}

}  // namespace espalier::topology
