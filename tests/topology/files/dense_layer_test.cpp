#include <cmath>

#include <espalier/base/formats/npz.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/dense_layer.hpp>
#include <espalier/topology/files/mask_files.hpp>

#include "home_reference.hpp"
#include "topology/drawn_layer.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// An array that a test holds itself.
struct Held {
    std::vector<std::size_t> sides;
    std::vector<double> numbers;
    std::string where() const { return "held"; }
    const std::vector<std::size_t>& shape() const { return sides; }
    std::size_t size() const { return numbers.size(); }
    bool has_values() const { return true; }
    double number(std::size_t k) const { return numbers[k]; }
    float finite_float(std::size_t k) const { return static_cast<float>(numbers[k]); }
};

/// How many files of masks a folder of reference values has; each can be read.
int files_of_masks(const std::filesystem::path& reference) {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(reference / "ramanujan")) {
        const std::string name = entry.path().stem();
        if (name.starts_with("spectrum_")) continue;  // singular values, no masks
        INFO(name);
        const Topology topology =
            read_mask_files(entry.path(), name.starts_with("chain_") ? MaskFileOptions{} : in_out);
        const NpzFile file(entry.path());
        ++files;
        if (!file.has("mask4d")) continue;
        const Layer kernel = dense_layer(file.read("mask4d"), "mask4d", {});
        CHECK(kernel.pattern == topology.layers[0].pattern);
        CHECK(kernel.shape == topology.layers[0].shape);
        CHECK(topology.layers[0].values.size() == (file.has("weight") ? kernel.pattern.edges() : 0));
    }
    for (const auto& entry : std::filesystem::directory_iterator(reference / "node_path")) {
        CHECK(read_mask_files(entry.path()).layers.size() >= 3);
        ++files;
    }
    return files;
}

}  // namespace

TEST_CASE("dense layer: agrees with its definition on random arrays, either way round", "[topology][dense_layer]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (int k = 0; k < 100; ++k) {
        Held array{{1 + stream.below(7), 1 + stream.below(7)}, {}};
        const std::size_t block = k % 2 == 0 ? 1 : 1 + stream.below(6);
        if (k % 2 == 1) array.sides.push_back(block);
        for (std::size_t n = 0; n < array.sides[0] * array.sides[1] * block; ++n) {
            array.numbers.push_back(stream.below(2) == 0 ? 0.0 : 1.0 + static_cast<double>(n));
        }
        for (const bool turned : {false, true}) {
            const bool drop = block == 1 && k % 4 == 0;
            const MaskFileOptions options{turned ? Orientation::transposed : Orientation::out_in, drop, {}};
            const Layer layer = dense_layer(array, "w", options);
            const std::size_t outputs = array.sides[turned ? 1 : 0];
            const std::size_t inputs = array.sides[turned ? 0 : 1] - (drop && array.sides.size() == 2 ? 1 : 0);
            REQUIRE(layer.pattern.rows() == outputs);
            REQUIRE(layer.pattern.cols() == inputs * block);
            std::vector<float> expected;
            for (std::size_t o = 0; o < outputs; ++o) {
                for (std::size_t i = 0; i < inputs; ++i) {
                    for (std::size_t p = 0; p < block; ++p) {
                        const std::size_t first = turned ? i : o;
                        const std::size_t second = turned ? o : i;
                        const double number = array.numbers[(first * array.sides[1] + second) * block + p];
                        CHECK(layer.pattern.contains(o, i * block + p) == (number != 0));
                        if (number != 0) expected.push_back(static_cast<float>(number));
                    }
                }
            }
            CHECK(layer.values == expected);
        }
    }
}

TEST_CASE("dense layer: a convolution over sequences has three sides", "[topology][dense_layer]") {
    const Layer layer = read_one(zip_archive({{"c.npy", npy<std::uint8_t>("|u1", {1, 2, 2}, {1, 0, 0, 1})}}));
    CHECK(layer.shape == std::vector<std::size_t>{1, 2, 2});
    CHECK(layer.pattern == pattern({{1, 0, 0, 1}}));
    CHECK_THROWS_WITH(read(zip_archive({{"c.npy", npy<std::uint8_t>("|u1", {1, 0, 2}, {})}})),
                      Contains("without weights"));
    CHECK_THROWS_WITH(read_one(zip_archive({{"c.npy", npy<std::uint8_t>("|u1", {1, 2, 1}, {1, 1})}}),
                               {Orientation::out_in, true, {}}),
                      Contains("no bias"));
}

TEST_CASE("mask files: an edge list may say which convolution it unrolls", "[topology][dense_layer]") {
    const auto file = [](const std::vector<std::int64_t>& sides) {
        return zip_archive({{"shape.npy", npy_ints({4, 1})},
                            {"rows.npy", npy_ints({0, 3})},
                            {"cols.npy", npy_ints({0, 0})},
                            {"conv_shape.npy", npy_ints(sides)}});
    };
    CHECK(read_one(file({1, 2, 1, 2}), in_out).shape == std::vector<std::size_t>{1, 2, 1, 2});
    CHECK(read_one(file({1, 2, 2}), in_out).shape == std::vector<std::size_t>{1, 2, 2});
    CHECK_THROWS_WITH(read(file({1, 2, 1, 3}), in_out), Contains("'conv_shape'") && Contains("1 outputs and 4 inputs"));
    CHECK_THROWS_WITH(read(file({1, 4}), in_out), Contains("'conv_shape'"));
    CHECK_THROWS_WITH(read(file({1, std::int64_t{1} << 62, 4, 1}), in_out), Contains("'conv_shape'"));
}

TEST_CASE("dense layer: a weight and its mask side by side are one layer", "[topology][dense_layer]") {
    const std::string weight = npy<float>("<f4", {2, 3}, {1, 7, 2, 7, 0, 7});
    const Topology topology =
        read(zip_archive({{"fc10.w_orig.npy", weight},
                          {"fc9.w_orig.npy", weight},
                          {"fc9.w_mask.npy", npy<float>("<f4", {2, 3}, {1, 0, 1, 0, 1, 0})},
                          {"fc10.w_mask.npy", npy<std::uint8_t>("|b1", {2, 3}, {1, 0, 1, 0, 1, 0})},
                          {"alone_mask.npy", npy<std::uint8_t>("|b1", {2, 3}, {1, 0, 1, 0, 1, 0})}}));
    REQUIRE(topology.layers.size() == 3);
    CHECK(topology.layers[0].name == "alone_mask");
    CHECK(topology.layers[1].name == "fc9.w");
    CHECK(topology.layers[2].name == "fc10.w");
    CHECK(topology.layers[1].pattern == drawn);
    CHECK(topology.layers[1].values == weights);
    CHECK(topology.layers[2].values == weights);
    CHECK(topology.layers[0].values.empty());
    CHECK_THROWS_WITH(read(zip_archive({{"w_orig.npy", weight}, {"w_mask.npy", npy<float>("<f4", {1, 1}, {1})}})),
                      Contains("'w_mask' has shape 1x1") && Contains("'w_orig' beside it 2x3"));
}

TEST_CASE("dense layer: tensors are layers but for those of fewer than two dimensions", "[topology][dense_layer]") {
    const TemporaryFolder folder;
    const auto path = folder / "state.safetensors";
    write_bytes(path,
                safetensors({{"fc10", "F16", {2, 3}, bytes_of<std::uint16_t>({0x3c00, 0, 0x4000, 0, 0x8001, 0})},
                             {"fc2", "BOOL", {2, 3}, std::string("\1\0\1\0\1\0", 6)},
                             {"conv", "BF16", {2, 1, 3}, bytes_of<std::uint16_t>({0x3f80, 0, 0x4000, 0, 1, 0x8000})},
                             {"bias", "F32", {2}, std::string(8, '\0')},
                             {"count", "I64", {}, std::string(8, '\0')}}));
    const Topology topology = read_mask_files(path);
    REQUIRE(topology.layers.size() == 3);
    CHECK(topology.layers[0].shape == std::vector<std::size_t>{2, 1, 3});
    CHECK(topology.layers[1].name == "fc2");
    CHECK(topology.layers[2].name == "fc10");
    for (const Layer& layer : topology.layers) CHECK(layer.pattern == drawn);  // the least half float is no zero
    CHECK(topology.layers[2].values == std::vector<float>{1, 2, -std::ldexp(1.0F, -24)});
    CHECK(topology.layers[1].values.empty());
    CHECK(read_mask_files(path, {.layers = {"2", "fc2"}}).layers[0].name == "fc10");
    CHECK_THROWS_AS(read_mask_files(path, {.layers = {"bias"}}), ConfigError);
    const Topology turned = read_mask_files(path, {Orientation::in_out, true, {"fc2"}});
    CHECK(turned.layers[0].pattern == pattern({{1}, {0}, {1}}));
}

TEST_CASE("mask files: folders of .safetensors, a layer each or parts of one model", "[topology][dense_layer]") {
    const TemporaryFolder folder;
    const auto file = [](const std::vector<std::string>& names) {
        std::vector<TensorBytes> tensors;
        for (const std::string& name : names) tensors.push_back({name, "BOOL", {1, 1}, std::string(1, '\1')});
        return safetensors(tensors);
    };
    const auto names = [&](const MaskFileOptions& options = {}) {
        std::vector<std::string> all;
        for (const Layer& layer : read_mask_files(folder.path(), options).layers) all.push_back(layer.name);
        return all;
    };
    using Names = std::vector<std::string>;
    write_bytes(folder / "l10.safetensors", file({"weight"}));
    write_bytes(folder / "l9.safetensors", file({"weight"}));
    CHECK(names() == Names{"l9", "l10"});
    write_bytes(folder / "l9.safetensors", file({"b", "c"}));
    write_bytes(folder / "l10.safetensors", file({"a"}));
    CHECK(names() == Names{"a", "b", "c"});
    CHECK(names({.layers = {"c", "a"}}) == Names{"c", "a"});
    write_bytes(folder / "l10.safetensors", file({"b"}));
    CHECK_THROWS_WITH(names(), Contains("two of its files hold a tensor 'b', l9.safetensors and l10.safetensors"));
    write_bytes(folder / "l1.npz", scipy_npz("csr", 1, 2, {0, 1}, {1}, {1}));
    CHECK_THROWS_WITH(names(), Contains("keep one kind"));
}

TEST_CASE("mask files: edge lists and kernels of the reference agree", "[topology][dense_layer][reference]") {
    CHECK(files_of_masks(home_reference()) == 20);
}

TEST_CASE("mask files: edge lists and kernels of the large reference agree", "[topology][dense_layer][reference]") {
    const auto reference = reference_folder();
    if (!reference) return skip("no reference folder");
    CHECK(files_of_masks(*reference) == 37);
}

}  // namespace espalier::topology
