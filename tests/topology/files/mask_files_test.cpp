#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/mask_files.hpp>

#include "damaged_files.hpp"
#include "topology/drawn_layer.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("mask files: SciPy's three formats in both orientations give one pattern", "[topology][mask_files]") {
    const std::string csr = scipy_npz("csr", 2, 3, {0, 2, 3}, {0, 2, 1}, {1, 2, 0});
    const std::string csc = scipy_npz("csc", 2, 3, {0, 1, 2, 3}, {0, 1, 0}, {1, 0, 2});
    const std::string flipped_csr = scipy_npz("csr", 3, 2, {0, 1, 2, 3}, {0, 1, 0}, {1, 0, 2});
    const std::string flipped_csc = scipy_npz("csc", 3, 2, {0, 2, 3}, {0, 2, 1}, {1, 2, 0});
    const std::string coo = zip_archive({{"row.npy", npy_ints({1, 0, 0})},
                                         {"col.npy", npy_ints({1, 2, 0})},
                                         {"format.npy", npy_text("coo")},
                                         {"shape.npy", npy_ints({2, 3})},
                                         {"data.npy", npy<float>("<f4", {3}, {0, 2, 1})}});
    for (const std::string& bytes : {csr, csc, coo}) {
        const Layer layer = read_one(bytes);
        CHECK(layer.pattern == drawn);
        CHECK(layer.values == weights);
        CHECK(layer.shape == std::vector<std::size_t>{2, 3});
        CHECK(layer.name == "w");
    }
    for (const std::string& bytes : {flipped_csr, flipped_csc}) {
        CHECK(read_one(bytes, in_out).pattern == drawn);
        CHECK(read_one(bytes, in_out).values == weights);
    }
}

TEST_CASE("mask files: an edge list with and without weights", "[topology][mask_files]") {
    std::vector<ZipEntry> members{
        {"shape.npy", npy_ints({2, 3})}, {"rows.npy", npy_ints({0, 0, 1})}, {"cols.npy", npy_ints({0, 2, 1})}};
    CHECK(read_one(zip_archive(members)).pattern == drawn);
    CHECK(read_one(zip_archive(members)).values.empty());
    members.push_back({"weight.npy", npy<double>("<f8", {3}, {1, 2, 0})});
    CHECK(read_one(zip_archive(members)).values == weights);
}

TEST_CASE("mask files: one dense array a layer, in natural order, non-zero is an edge", "[topology][mask_files]") {
    const std::string bytes = zip_archive({{"layer10.npy", npy<std::uint8_t>("|b1", {1, 2}, {0, 1})},
                                           {"layer9.npy", npy<float>("<f4", {2, 3}, {1, 0, 2, 0, -0.5F, 0})}});
    const Topology topology = read(bytes);
    REQUIRE(topology.layers.size() == 2);
    CHECK(topology.layers[0].name == "layer9");
    CHECK(topology.layers[0].pattern == drawn);
    CHECK(topology.layers[0].values == std::vector<float>{1, 2, -0.5F});
    CHECK(topology.layers[1].pattern == pattern({{0, 1}}));
    CHECK(topology.layers[1].values.empty());
    CHECK(read(bytes, {.layers = {"layer10"}}).layers.size() == 1);
    CHECK(read(bytes, {.layers = {"1", "layer9"}}).layers[0].name == "layer10");
}

TEST_CASE("mask files: a convolution keeps its shape, whichever of three orders its sides have",
          "[topology][mask_files]") {
    // [out 1, in 2, kh 1, kw 2]: kernel of input 0 is (x .), of input 1 (. x)
    const auto file = [](const std::vector<std::size_t>& sides) {
        return zip_archive({{"c.npy", npy<std::uint8_t>("|u1", sides, {1, 0, 0, 1})}});
    };
    const Layer layer = read_one(file({1, 2, 1, 2}));
    CHECK(layer.shape == std::vector<std::size_t>{1, 2, 1, 2});
    CHECK(layer.pattern == pattern({{1, 0, 0, 1}}));
    for (const Layer& same : {read_one(file({2, 1, 1, 2}), {.orientation = Orientation::transposed}),
                              read_one(file({1, 2, 2, 1}), in_out)}) {
        CHECK(same.pattern == layer.pattern);
        CHECK(same.shape == layer.shape);
    }
}

TEST_CASE("mask files: a convolution of one channel after a layer of several is depthwise", "[topology][mask_files]") {
    const auto conv = [](std::vector<std::size_t> shape) {
        std::size_t count = 1;
        for (const std::size_t side : shape) count *= side;
        return npy<float>("<f4", shape, std::vector<float>(count, 1.0F));
    };
    const Topology topology = read(zip_archive({{"0.weight.npy", conv({2, 1, 3, 3})},
                                                {"1.weight.npy", conv({4, 1, 3, 3})},
                                                {"2.weight.npy", conv({3, 4, 1, 1})},
                                                {"3.weight.npy", conv({4, 1, 3, 3})}}));
    std::vector<std::size_t> groups;
    for (const Layer& layer : topology.layers) groups.push_back(layer.groups);
    CHECK(groups ==
          std::vector<std::size_t>{1, 2, 1, 1});  // a network's first channel is one; 4 outputs are not 3 groups'
}

TEST_CASE("mask files: in-out reads kernels as TensorFlow and JAX hold them", "[topology][mask_files]") {
    // [kh 1, kw 2, in 2, out 3]: place 0 has edges 0 -> 1 and 1 -> 2, place 1 has 1 -> 1
    const std::string bytes =
        zip_archive({{"conv/kernel:0.npy", npy<float>("<f4", {1, 2, 2, 3}, {0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0})}});
    const Layer layer = read_one(bytes, in_out);
    CHECK(layer.shape == std::vector<std::size_t>{3, 2, 1, 2});
    CHECK(layer.pattern == pattern({{0, 0, 0, 0}, {1, 0, 0, 1}, {0, 0, 1, 0}}));
    CHECK(layer.values == std::vector<float>{1, 3, 2});
    const std::string line =
        zip_archive({{"k.npy", npy<float>("<f4", {2, 2, 3}, {0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0})}});
    CHECK(read_one(line, in_out).pattern == layer.pattern);
    CHECK(read_one(line, in_out).shape == std::vector<std::size_t>{3, 2, 2});
}

TEST_CASE("mask files: layers may have orientations of their own", "[topology][mask_files]") {
    const std::vector<std::uint8_t> kept{1, 0, 1, 0, 1, 0};
    const std::string bytes = zip_archive({{"fc1.weight.npy", npy<std::uint8_t>("|b1", {2, 3}, kept)},
                                           {"fc2.weight.npy", npy<std::uint8_t>("|b1", {3, 2}, {1, 0, 0, 1, 1, 0})}});
    MaskFileOptions options;
    parse_orientations("in-out,fc1=out-in", options);
    const Topology topology = read(bytes, options);
    CHECK(topology.layers[0].pattern == drawn);
    CHECK(topology.layers[1].pattern == drawn);
    MaskFileOptions later;
    parse_orientations("fc*=in-out,fc1.weight=out-in", later);
    CHECK(read(bytes, later).layers[1].pattern == drawn);
    MaskFileOptions wrong;
    parse_orientations("fc3*=in-out", wrong);
    CHECK_THROWS_WITH(read(bytes, wrong), Contains("--orientation") && Contains("'fc3*'") && Contains("fc1.weight"));
    CHECK_THROWS_WITH(parse_orientations("fc1=inout", wrong), Contains("'inout'"));
    CHECK_THROWS_AS(parse_orientations("", wrong), ConfigError);
}

TEST_CASE("mask files: the file's order counts where it chains, and --layers above all", "[topology][mask_files]") {
    const auto ones = [](std::size_t out, std::size_t in) {
        return npy<std::uint8_t>("|b1", {out, in}, std::vector<std::uint8_t>(out * in, 1));
    };
    const std::string bytes = zip_archive({{"encoder.weight.npy", ones(2, 6)}, {"decoder.weight.npy", ones(6, 2)}});
    std::string heard;
    MaskFileOptions options{.notice = [&](const std::string& line) { heard += line + "\n"; }};
    CHECK(read(bytes, options).layers[0].name == "encoder.weight");
    CHECK_THAT(heard, Contains("w.npz") && Contains("encoder.weight, decoder.weight") && Contains("--layers"));
    heard.clear();
    options.layers = {"1", "0"};  // positions in the order that was taken
    CHECK(read(bytes, options).layers[0].name == "decoder.weight");
    CHECK(heard.empty());
}

TEST_CASE("mask files: what is no layer is left out and said", "[topology][mask_files]") {
    const std::string bytes = zip_archive({{"fc1.weight.npy", npy<float>("<f4", {2, 3}, {1, 0, 2, 0, -0.5F, 0})},
                                           {"fc1.bias.npy", npy<float>("<f4", {2}, {1, 2})},
                                           {"ids.npy", npy<std::int64_t>("<i8", {1, 3}, {0, 1, 2})}});
    std::string heard;
    MaskFileOptions options{.notice = [&](const std::string& line) { heard += line + "\n"; }};
    CHECK(read_one(bytes, options).pattern == drawn);
    CHECK_THAT(heard, Contains("fewer than two dimensions: fc1.bias") && Contains("integers beside weights: ids"));
    options.layers = {"ids"};
    CHECK(read_one(bytes, options).pattern == pattern({{0, 1, 1}}));
}

TEST_CASE("mask files: the last input is dropped on whichever side inputs are", "[topology][mask_files]") {
    const Layer a = read_one(scipy_npz("csr", 2, 3, {0, 2, 3}, {0, 2, 1}, {1, 2, 0}), {Orientation::out_in, true, {}});
    CHECK(a.pattern == pattern({{1, 0}, {0, 1}}));
    CHECK(a.values == std::vector<float>{1, 0});
    CHECK(a.shape == std::vector<std::size_t>{2, 2});
    const Layer b =
        read_one(scipy_npz("csr", 3, 2, {0, 1, 2, 3}, {0, 1, 0}, {1, 0, 2}), {Orientation::in_out, true, {}});
    CHECK(b.pattern == a.pattern);
    CHECK_THROWS_WITH(read_one(scipy_npz("csr", 1, 0, {0, 0}, {}, {}), {Orientation::out_in, true, {}}),
                      Contains("no last input"));
}

TEST_CASE("mask files: a folder is one layer a file, in natural order", "[topology][mask_files]") {
    const TemporaryFolder folder;
    write_bytes(folder / "l10.npz", scipy_npz("csr", 1, 2, {0, 1}, {1}, {1}));
    write_bytes(folder / "l2.npz", zip_archive({{"mask.npy", npy<std::uint8_t>("|b1", {2, 3}, {1, 0, 1, 0, 1, 0})}}));
    write_bytes(folder / "notes.txt", "not read");
    const Topology topology = read_mask_files(folder.path());
    REQUIRE(topology.layers.size() == 2);
    CHECK(topology.layers[0].name == "l2");
    CHECK(topology.layers[0].pattern == drawn);
    CHECK(read_mask_files(folder.path(), {.layers = {"l10"}}).layers.size() == 1);
    write_bytes(folder / "l3.npz", zip_archive({{"a.npy", npy<std::uint8_t>("|b1", {1, 1}, {1})},
                                                {"b.npy", npy<std::uint8_t>("|b1", {1, 1}, {1})}}));
    CHECK_THROWS_WITH(read_mask_files(folder.path()), Contains("l3.npz") && Contains("2 arrays"));
}

TEST_CASE("mask files: bad matrices are refused with file, array and place", "[topology][mask_files]") {
    const auto csr = [](std::vector<std::int64_t> indptr, std::vector<std::int64_t> indices, std::size_t values) {
        return scipy_npz("csr", 2, 3, indptr, indices, std::vector<float>(values, 1));
    };
    CHECK_THROWS_WITH(read(csr({0, 2, 3}, {0, 0, 1}, 3)), Contains("duplicates"));
    CHECK_THROWS_WITH(read(csr({0, 2, 3}, {0, 3, 1}, 3)), Contains("entry 1 is 3") && Contains("below the 3"));
    CHECK_THROWS_WITH(read(csr({0, 2, 3}, {0, -1, 1}, 3)), Contains("entry 1 is negative"));
    CHECK_THROWS_WITH(read(csr({0, 3}, {0, 1, 2}, 3)), Contains("'indptr'") && Contains("needs 3"));
    CHECK_THROWS_WITH(read(csr({1, 2, 3}, {0, 1, 2}, 3)), Contains("starts at 1"));
    CHECK_THROWS_WITH(read(csr({0, 9, 3}, {0, 1, 2}, 3)), Contains("decreases at entry 2"));
    CHECK_THROWS_WITH(read(csr({0, 1, 4}, {0, 1, 2}, 3)), Contains("ends at 4"));
    CHECK_THROWS_WITH(read(csr({0, 2, 3}, {0, 2, 1}, 2)), Contains("2 values for 3"));
    CHECK_THROWS_WITH(read(scipy_npz("csc", std::int64_t{1} << 40, 1, {0, 0}, {}, {})), Contains("a side of"));
    CHECK_THROWS_WITH(
        read(zip_archive(
            {{"shape.npy", npy_ints({2, 3})}, {"rows.npy", npy_ints({1, 0, 1})}, {"cols.npy", npy_ints({1, 2, 1})}})),
        Contains("entries 0 and 2") && Contains("same edge"));
    CHECK_THROWS_WITH(read(zip_archive({{"a.npy", npy<float>("<f4", {2}, {1, 2})}})),
                      Contains("w.npz") && Contains("two or more dimensions"));
    CHECK_THROWS_WITH(
        read(zip_archive({{"a.npy", npy<float>("<f4", {1, 1}, {std::numeric_limits<float>::infinity()})}})),
        Contains("not a finite"));
    CHECK_THROWS_WITH(read(zip_archive({})), Contains("holds no array"));
}

TEST_CASE("mask files: cut and flipped files are read or refused with one line", "[topology][mask_files]") {
    const TemporaryFolder folder;
    write_bytes(folder / "csr.npz", scipy_npz("csr", 2, 3, {0, 2, 3}, {0, 2, 1}, {1, 2, 0}));
    write_bytes(folder / "dense.npz", zip_archive({{"a.npy", npy<float>("<f4", {2, 2}, {1, 0, 2, 3})}}));
    write_bytes(folder / "state.safetensors", safetensors({{"a", "F32", {2, 2}, bytes_of<float>({1, 0, 2, 3})},
                                                           {"b_orig", "BF16", {1, 3}, std::string(6, '\1')},
                                                           {"b_mask", "BOOL", {1, 3}, std::string("\1\0\1", 3)}}));
    const auto read_whole = [&](const std::filesystem::path& path) {  // as the sample is called, so is its copy read
        const auto copy = folder / ("damaged" + path.stem().extension().string());
        std::filesystem::rename(path, copy);
        for (const Layer& layer : read_mask_files(copy).layers) {
            CHECK(layer.pattern.rows() == layer.shape[0]);
            CHECK(layer.pattern.positions() >= layer.pattern.edges());
            CHECK((layer.values.empty() || layer.values.size() == layer.pattern.edges()));
            CHECK(std::ranges::all_of(layer.values, [](float value) { return std::isfinite(value); }));
        }
    };
    for (const std::string name : {"csr.npz", "dense.npz", "state.safetensors"}) {
        const DamageCount count = check_damaged(folder / name, 200, read_whole);
        CHECK(count.refused > 200);
    }
}

TEST_CASE("mask files: what the command line got wrong", "[topology][mask_files]") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(read_mask_files(folder / "none.npz"), ConfigError);
    CHECK_THROWS_AS(read_mask_files(folder.path()), ConfigError);
    CHECK_THROWS_AS(parse_orientation("inout"), ConfigError);
    CHECK(parse_orientation("in-out") == Orientation::in_out);
}

}  // namespace espalier::topology
