#include <algorithm>

#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include <espalier/report/json.hpp>
#include <espalier/topology/files/sources.hpp>
#include <espalier/topology/files/topology_file.hpp>

#include "cli/child.hpp"
#include "cli/topology_commands.hpp"
#include "safetensors_builder.hpp"

namespace espalier::cli {
using namespace testing;

namespace {

/// fc1 (2 x 3) with weights, fc2 (1 x 2) without.
std::string small_npz(const TemporaryFolder& folder) {
    write_bytes(folder / "small.npz", zip_archive({{"fc2.npy", npy<std::uint8_t>("|b1", {1, 2}, {0, 1})},
                                                   {"fc1.npy", npy<float>("<f4", {2, 3}, {1, 0, 2, 0, -0.5F, 0})}}));
    return folder / "small.npz";
}

std::string small_safetensors(const TemporaryFolder& folder) {
    write_bytes(folder / "state.safetensors",
                safetensors({{"fc1.weight_orig", "F32", {2, 3}, bytes_of<float>({1, 0, 2, 0, -0.5F, 0})},
                             {"fc1.weight_mask", "BOOL", {2, 3}, std::string("\1\1\0\0\0\1", 6)},
                             {"fc1.bias", "F32", {2}, bytes_of<float>({1, 2})},
                             {"bn.num_batches_tracked", "I64", {}, bytes_of<std::int64_t>({3})}}));
    return folder / "state.safetensors";
}

[[maybe_unused]] long largest_child_kilobytes() {
    rusage usage{};
    ::getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("import: files become topologies of one file, labelled as they are called", "[cli][import]") {
    const TemporaryFolder folder;
    const std::string out = folder / "masks.h5";
    const report::Json json = report::Json::parse(
        check_succeeds({"import", small_npz(folder), small_safetensors(folder), "--out", out, "--json"}));
    CHECK(json["out"] == out);
    CHECK(json["topologies"][0]["topology"] == "small");
    CHECK(json["topologies"][0]["edges"] == 4);
    CHECK(json["topologies"][1]["layers"][0]["name"] == "fc1.weight");
    const auto topologies = topology::read_topologies(out);
    REQUIRE(topologies.size() == 2);
    CHECK(topologies[0].label == out + "@small");
    CHECK(topologies[0].layers[0].values == std::vector<float>{1, 2, -0.5F});
    REQUIRE(topologies[1].layers.size() == 1);  // one layer: its mask and weight belong together, the rest is none
    CHECK(topologies[1].layers[0].pattern == pattern({{1, 1, 0}, {0, 0, 1}}));
    CHECK(topologies[1].layers[0].values == std::vector<float>{1, 0, 0});
    CHECK(json["topologies"][1]["parameters"] == report::Json({"fc1.bias"}));
    const auto parameters = topology::read_parameters(out, "state");
    REQUIRE(parameters.size() == 1);
    CHECK(parameters[0].layer == "000_fc1.weight");
    CHECK(parameters[0].name == "bias");
    CHECK(parameters[0].values == std::vector<float>{1, 2});
}

TEST_CASE("import: isolated reading gives the same file", "[cli][import]") {
    const TemporaryFolder folder;
    const std::string a = folder / "a.h5";
    const std::string b = folder / "b.h5";
    const std::string source = small_npz(folder);
    CHECK_THAT(check_succeeds({"import", source, "--out", a, "--label", "net"}), Contains("written to " + a));
    CHECK_THAT(check_succeeds({"import", source, "--out", b, "--label", "net", "--isolate"}), Contains("fc1"));
    CHECK(topology::read_topologies(a)[0].layers[0].pattern == topology::read_topologies(b)[0].layers[0].pattern);
    CHECK_THAT(check_fails(2, {"import", folder / "none.npz", "--out", folder / "c.h5", "--isolate"}),
               Contains("no such file"));
    CHECK_FALSE(std::filesystem::exists(folder / "c.h5"));
}

TEST_CASE("import: an existing file is replaced only by force, labels are unique", "[cli][import]") {
    const TemporaryFolder folder;
    const std::string out = folder / "masks.h5";
    const std::string source = small_npz(folder);
    check_succeeds({"import", source, "--out", out});
    CHECK_THAT(check_fails(2, {"import", source, "--out", out}), Contains("exists") && Contains("--force"));
    check_succeeds({"import", source, "--out", out, "--force", "--layers", "fc2"});
    CHECK(topology::read_topologies(out)[0].layers.size() == 1);
    const std::string other = folder / "other.h5";
    CHECK_THAT(check_fails(2, {"import", source, source, "--out", other}), Contains("'small'") && Contains("--label"));
    check_succeeds({"import", source, source, "--out", other, "--label", "a,b"});
    CHECK_THAT(check_fails(2, {"import", source, "--out", other, "--force", "--label", "a,b"}),
               Contains("2 labels for 1"));
    CHECK_THAT(check_fails(2, {"import", source, source, "--out", other, "--force", "--label", "a"}),
               Contains("1 labels for 2"));
    CHECK_THAT(check_fails(2, {"import", source, "--out", other, "--force", "--label", "a@b"}), Contains("'a@b'"));
    CHECK_THAT(check_fails(2, {"import", source, "--out", folder / "m.npz"}), Contains("call it .h5"));
    check_succeeds({"import", other + "@b", "--out", folder / "third.h5"});
    CHECK(topology::snapshot_labels(folder / "third.h5") == std::vector<std::string>{"other-b"});
}

TEST_CASE("export: every kind of file goes back to the same topology", "[cli][export]") {
    const TemporaryFolder folder;
    const std::string first = folder / "first.h5";
    check_succeeds({"import", small_safetensors(folder), "--out", first});
    const topology::Layer layer = topology::read_topologies(first)[0].layers[0];
    const std::vector<std::pair<std::string, std::string>> forms{{"npz", folder / "m.npz"},
                                                                 {"npz", folder / "csr"},
                                                                 {"safetensors", folder / "m.safetensors"},
                                                                 {"safetensors", folder / "each"}};
    for (const auto& [format, out] : forms) {
        const report::Json json =
            report::Json::parse(check_succeeds({"export", first, "--format", format, "--out", out, "--json"}));
        CHECK(json["edges"] == 3);
        const topology::Layer again = topology::read_topologies(out)[0].layers.at(0);
        CHECK(again.name == layer.name);
        CHECK(again.pattern == layer.pattern);
        CHECK(again.values == layer.values);
        CHECK_THAT(check_fails(2, {"export", first, "--format", format, "--out", out}), Contains("--force"));
        check_succeeds({"export", first, "--format", format, "--out", out, "--force"});
    }
}

TEST_CASE("export: by force a folder holds the new layers alone", "[cli][export]") {
    const TemporaryFolder folder;
    const std::string source = small_npz(folder);
    const std::string out = folder / "csr";
    check_succeeds({"export", source, "--format", "npz", "--out", out});
    CHECK(topology::read_topologies(out)[0].layers.size() == 2);
    check_succeeds({"export", source, "--format", "npz", "--out", out, "--force", "--layers", "fc2"});
    CHECK(topology::read_topologies(out)[0].layers.size() == 1);
}

TEST_CASE("export: where a new layer cannot be written, all the old ones are still there", "[cli][export]") {
    const TemporaryFolder folder;
    const std::string source = small_npz(folder);
    const std::filesystem::path out = folder / "csr";
    check_succeeds({"export", source, "--format", "npz", "--out", out.string()});
    const std::size_t layers = entries_in(out);
    std::filesystem::remove(out / "fc1.npz");
    std::filesystem::create_directory(out / "fc1.npz");  // no file can take its place
    check_fails(1, {"export", source, "--format", "npz", "--out", out.string(), "--force", "--layers", "fc1"});
    CHECK(entries_in(out) == layers);
}

TEST_CASE("export: what the command line got wrong", "[cli][export]") {
    const TemporaryFolder folder;
    const std::string two = two_topologies(folder);
    const std::string out = folder / "m.npz";
    CHECK_THAT(check_fails(2, {"export", two, "--format", "npz", "--out", out}), Contains("2 topologies"));
    CHECK_THAT(check_fails(2, {"export", two + "@first", "--format", "pt", "--out", out}), Contains("'pt'"));
    CHECK_THAT(check_fails(2, {"export", two + "@first", "--format", "safetensors", "--out", out}),
               Contains(".safetensors"));
    CHECK_THAT(check_fails(2, {"export", two + "@first", "--out", out}), Contains("--format"));
}

TEST_CASE("topology argument: --conv takes convolutions as unrolled, channel and channel_first graphs", "[cli][conv]") {
    const TemporaryFolder folder;
    const std::string file = folder / "c.safetensors";  // [out 1, in 2, kh 1, kw 2]
    write_bytes(file, safetensors({{"c", "BOOL", {1, 2, 1, 2}, std::string("\1\1\0\0", 4)}}));
    const auto layer = [&](const std::string& mapping) {
        return report::Json::parse(
            check_succeeds({"metrics", file, "--metric", "edges", "--conv", mapping, "--json"}))[0]["layers"][0];
    };
    CHECK(layer("unrolled")["inputs"] == 4);
    CHECK(layer("unrolled")["edges"] == 2);
    CHECK(layer("channel")["inputs"] == 2);
    CHECK(layer("channel")["edges"] == 1);
    CHECK(layer("channel_first")["inputs"] == 2);
    CHECK(layer("channel_first")["outputs"] == 2);
    CHECK(layer("channel_first")["edges"] == 2);
    check_succeeds({"distance", file, file, "--conv", "channel"});
    CHECK_THAT(check_fails(2, {"metrics", file, "--conv", "spatial"}), Contains("'spatial'") && Contains("unrolled"));
}

TEST_CASE("masks from elsewhere: bad files are one line, and refused in little memory", "[cli][import]") {
    const TemporaryFolder folder;
    [[maybe_unused]] const long before = largest_child_kilobytes();
    const std::string small(16, '\0');
    const std::string shape = npy_ints({65536, 65536});
    const auto announced = [](const std::string& type, const std::string& size) {
        return npy_raw("{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + size + "), }",
                       std::string(16, '\0'));
    };
    const std::vector<std::pair<std::string, std::string>> files{
        {"edges.npz", zip_archive({{"shape.npy", shape},
                                   {"rows.npy", announced("<u4", "4294967296,")},
                                   {"cols.npy", announced("<u4", "4294967296,")}})},
        {"dense.npz", zip_archive({{"a.npy", announced("|b1", "65536, 65536")}})},
        {"offsets.npz", scipy_npz("csr", 65536, 65536, {0, std::int64_t{1} << 32}, {0}, {1})},
        {"rows.npz", scipy_npz("csr", std::int64_t{1} << 32, 4, {0, 0}, {}, {})},
        {"duplicate.npz", scipy_npz("csr", 1, 3, {0, 2}, {2, 2}, {1, 1})},
        {"dense.safetensors",
         safetensors_raw("{" + tensor_header("w", "BOOL", "65536,65536", "0,4294967296") + "}", small)},
        {"header.safetensors", safetensors_raw("{", small, std::int64_t{1} << 32)},
        {"flat.safetensors", safetensors({{"bias", "F32", {4}, small}})},
        {"type.safetensors", safetensors({{"w", "F8_E4M3", {1, 16}, small}})},
        {"nan.safetensors", safetensors({{"w", "F16", {1, 1}, bytes_of<std::uint16_t>({0x7e00})}})},
        {"pair.safetensors",
         safetensors({{"w_orig", "F32", {1, 4}, small}, {"w_mask", "BOOL", {2, 2}, std::string(4, '\1')}})},
        {"5d.safetensors", safetensors({{"w", "BOOL", {1, 1, 1, 1, 1}, std::string(1, '\1')}})},
    };
    for (const auto& [name, bytes] : files) {
        INFO(name);
        write_bytes(folder / name, bytes);
        CHECK_THAT(check_fails(1, {"metrics", folder / name}), Contains(name));
        CHECK_THAT(check_fails(1, {"import", folder / name, "--out", folder / "out.h5", "--isolate"}), Contains(name));
        CHECK_FALSE(std::filesystem::exists(folder / "out.h5"));
    }
#if !defined(__SANITIZE_ADDRESS__)  // it needs memory of its own
    constexpr long bar = 64L << 10;
    CHECK(largest_child_kilobytes() <= std::max(before, bar));
#endif
}

TEST_CASE("masks from elsewhere: shapes that differ or do not chain are named", "[cli][import]") {
    const TemporaryFolder folder;
    const std::string small = small_npz(folder);
    write_bytes(folder / "wide.npz",
                zip_archive({{"fc1.npy", npy<std::uint8_t>("|b1", {2, 4}, std::vector<std::uint8_t>(8, 1))},
                             {"fc2.npy", npy<std::uint8_t>("|b1", {1, 3}, {1, 1, 1})}}));
    CHECK_THAT(check_fails(1, {"distance", small, folder / "wide.npz", "--metric", "jaccard"}),
               Contains("'fc1'") && Contains("2x3") && Contains("2x4"));
    CHECK_THAT(check_fails(1, {"distance", folder / "wide.npz", folder / "wide.npz"}),
               Contains("fc2") && Contains("3 inputs") && Contains("2 outputs"));
}

TEST_CASE("masks from elsewhere: a layer without edges and one without neurons are layers", "[cli][import]") {
    const TemporaryFolder folder;
    const std::string file = folder / "empty.safetensors";
    write_bytes(file, safetensors({{"a", "F32", {2, 3}, std::string(24, '\0')}, {"b", "BOOL", {0, 2}, ""}}));
    const report::Json json = report::Json::parse(check_succeeds({"metrics", file, "--json"}));
    CHECK(json[0]["layers"][0]["edges"] == 0);
    CHECK(json[0]["layers"][0]["density"] == 0);
    CHECK(json[0]["layers"][1]["outputs"] == 0);
    CHECK(json[0]["layers"][1]["density"].is_null());
    check_succeeds({"import", file, "--out", folder / "m.h5"});
    CHECK(topology::read_topologies(folder / "m.h5")[0].layers[1].pattern == Pattern::empty(0, 2));
}

}  // namespace espalier::cli
