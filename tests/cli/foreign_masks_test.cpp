#include <limits>

#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>
#include <espalier/topology/files/topology_file.hpp>

#include "child.hpp"
#include "safetensors_builder.hpp"
#include "support.hpp"

/// Files as other tools and public reports have them, each with the answer that NumPy gives.
namespace espalier::cli {
using namespace testing;

namespace {

/// A mask whose first `edges` positions are kept.
std::string first_kept(std::size_t out, std::size_t in, std::size_t edges) {
    std::vector<std::uint8_t> kept(out * in, 0);
    std::fill_n(kept.begin(), edges, std::uint8_t{1});
    return npy("|b1", {out, in}, kept);
}

std::string full(std::size_t out, std::size_t in) {
    return npy("<f4", {out, in}, std::vector<float>(out * in, 0.5F));
}

report::Json with_notes(const std::vector<std::string>& arguments, std::string& notes) {
    return report::Json::parse(check_noted(arguments, notes));
}

}  // namespace

TEST_CASE("foreign masks: originals and masks of torch.ao are one layer", "[cli][foreign]") {
    const TemporaryFolder folder;
    const std::string file = folder / "ao.npz";
    write_bytes(file, zip_archive({{"fc1.parametrizations.weight.original.npy", full(12, 20)},
                                   {"fc1.parametrizations.weight.0.mask.npy", first_kept(12, 20, 69)},
                                   {"fc2.parametrizations.weight.original.npy", full(6, 12)},
                                   {"fc2.parametrizations.weight.0.mask.npy", first_kept(6, 12, 23)}}));
    const report::Json json = report::Json::parse(check_succeeds({"inspect", file, "--json"}));
    REQUIRE(json[0]["layers"].size() == 2);
    CHECK(json[0]["layers"][0]["name"] == "fc1.weight");
    CHECK(json[0]["layers"][0]["edges"] == 69);
    CHECK(json[0]["layers"][1]["edges"] == 23);
}

TEST_CASE("foreign masks: integer tensors of .safetensors are masks", "[cli][foreign]") {
    const TemporaryFolder folder;
    const std::vector<std::uint8_t> bytes{1, 0, 2, 0, 255, 0};
    const std::vector<std::int32_t> words{1, 0, 2, 0, -7, 0};
    const std::string file = folder / "masks.safetensors";
    for (const auto& [type, data] :
         {std::pair<std::string, std::string>{"U8", bytes_of(bytes)}, {"I32", bytes_of(words)}}) {
        INFO(type);
        write_bytes(file, safetensors({{"fc1.weight", type, {2, 3}, data}}));
        CHECK(report::Json::parse(check_succeeds({"inspect", file, "--json"}))[0]["edges"] == 3);
    }
}

TEST_CASE("foreign masks: kernels [kh, kw, in, out] under in-out", "[cli][foreign]") {
    // [3, 3, 2, 5]: outputs of degrees 1 0 0 1 2; input 1 at place (0, 0) feeds two of them
    std::vector<float> kernel(90, 0.0F);
    const auto put = [&](std::size_t row, std::size_t col, std::size_t in, std::size_t out) {
        kernel[((row * 3 + col) * 2 + in) * 5 + out] = 1.5F;
    };
    put(2, 1, 0, 0);
    put(0, 0, 1, 3);
    put(0, 0, 1, 4);
    put(1, 2, 0, 4);
    const TemporaryFolder folder;
    const std::string file = folder / "hwio.npz";
    write_bytes(file, zip_archive({{"conv2d/kernel:0.npy", npy("<f4", {3, 3, 2, 5}, kernel)}}));
    const report::Json json = report::Json::parse(
        check_succeeds({"metrics", file, "--orientation", "in-out", "--metric", "degree", "--json"}));
    const report::Json& layer = json[0]["layers"][0];
    CHECK(layer["outputs"] == 5);
    CHECK(layer["inputs"] == 18);
    CHECK(layer["edges"] == 4);
    CHECK(layer["degree"]["outputs"]["max"] == 2);
    CHECK(layer["degree"]["inputs"]["max"] == 2);
}

TEST_CASE("foreign masks: an auto-encoder is read from input to output", "[cli][foreign]") {
    //  encoder.0 (3 x 2)  encoder.2 (2 x 3)  decoder.0 (3 x 2)  decoder.2 (2 x 3)
    //     x .                x x .              x .                x x .
    //     . x                . . x              . x                . . .
    //     . x                                   . x
    //  2 and 1 paths reach the hidden units, 2, 1 and 1 the layer before the outputs, 3 and 0 these; in the order of
    //  the names 1, 1, 1, then 2 and 0, then 2, 0, 0, then 2 and 0
    const auto mask = [](const std::vector<std::size_t>& sides, const std::vector<std::uint8_t>& kept) {
        return npy("|b1", sides, kept);
    };
    const TemporaryFolder folder;
    const std::string file = folder / "autoencoder.npz";
    write_bytes(file, zip_archive({{"encoder.0.weight.npy", mask({3, 2}, {1, 0, 0, 1, 0, 1})},
                                   {"encoder.2.weight.npy", mask({2, 3}, {1, 1, 0, 0, 0, 1})},
                                   {"decoder.0.weight.npy", mask({3, 2}, {1, 0, 0, 1, 0, 1})},
                                   {"decoder.2.weight.npy", mask({2, 3}, {1, 1, 0, 0, 0, 0})}}));
    std::string notes;
    const report::Json json = with_notes({"metrics", file, "--metric", "effective", "--json"}, notes);
    CHECK(json[0]["layers"][0]["name"] == "encoder.0.weight");
    CHECK(json[0]["network"]["effective"]["paths"] == 3);
    CHECK_THAT(notes, Contains("in the order of the file") && Contains("--layers"));
    const std::vector<std::string> chosen{"metrics", file,       "--metric",         "effective",
                                          "--json",  "--layers", "encoder*,decoder*"};
    CHECK(report::Json::parse(check_succeeds(chosen))[0]["network"]["effective"]["paths"] == 3);
    const report::Json other = report::Json::parse(
        check_succeeds({"metrics", file, "--metric", "effective", "--json", "--layers", "decoder*,encoder*"}));
    CHECK(other[0]["network"]["effective"]["paths"] == 2);
}

TEST_CASE("foreign masks: biases and counters are left out and named once", "[cli][foreign]") {
    const TemporaryFolder folder;
    const std::string file = folder / "net.npz";
    write_bytes(file, zip_archive({{"fc1.weight.npy", full(2, 3)},
                                   {"fc1.bias.npy", npy("<f4", {2}, std::vector<float>{1, 2})},
                                   {"position_ids.npy", npy("<i8", {1, 4}, std::vector<std::int64_t>{0, 1, 2, 3})}}));
    std::string notes;
    CHECK(with_notes({"inspect", file, "--json"}, notes)[0]["layers"].size() == 1);
    CHECK_THAT(notes, Contains("fc1.bias") && Contains("position_ids"));
    CHECK(std::ranges::count(notes, '\n') == 2);
    with_notes({"distance", file, file, "--metric", "jaccard", "--json"}, notes);
    CHECK(std::ranges::count(notes, '\n') == 2);
}

TEST_CASE("foreign masks: weights that are no numbers are named by whatever ranks or writes them", "[cli][foreign]") {
    const TemporaryFolder folder;
    const std::string file = folder / "nan.h5";
    topology::write_topology_file(
        file,
        {{.label = "net",
          .layers = {
              {"fc1", {2, 3}, pattern({{1, 0, 1}, {0, 1, 0}}), {1, 2, std::numeric_limits<float>::quiet_NaN()}}}}});
    const std::string out = folder / "out.h5";
    for (const std::vector<std::string>& command : {std::vector<std::string>{"features", file, "--keep", "1"},
                                                    {"import", file, "--out", out},
                                                    {"export", file, "--format", "npz", "--out", folder / "out.npz"}}) {
        CHECK_THAT(check_fails(1, command),
                   Contains("layer '000_fc1'") && Contains("the weight of output 1 from input 1 is NaN"));
    }
    CHECK_THAT(espalier({"distance", file, file, "--metric", "cosine"}).err, Contains("'000_fc1'"));
    CHECK(espalier({"distance", file, file, "--metric", "cosine"}).status == 1);
    std::string notes;
    CHECK(with_notes({"inspect", file, "--json"}, notes)[0]["edges"] == 3);
    CHECK_THAT(notes, Contains("output 1 from input 1 is NaN"));
    const report::Json json = with_notes({"metrics", file, "--metric", "edges,input_strength", "--json"}, notes);
    CHECK(json[0]["layers"][0]["edges"] == 3);
    CHECK(json[0]["layers"][0]["input_strength"].is_null());
    CHECK_THAT(json[0]["layers"][0]["input_strength_reason"].get<std::string>(), Contains("is NaN"));
}

TEST_CASE("foreign masks: names cannot command a terminal, in text, CSV, JSON and errors", "[cli][foreign]") {
    const TemporaryFolder folder;
    const std::string file = folder / "evil.h5";
    const std::string name = "fc\x1b[31m\nred\x07";
    topology::write_topology_file(file, {{.label = "net", .layers = {{name, {1, 2}, pattern({{1, 0}}), {}}}}});
    const auto is_clean = [](const std::string& text) {
        return text.find('\x1b') == std::string::npos && text.find('\x07') == std::string::npos;
    };
    for (const std::vector<std::string>& command : {std::vector<std::string>{"inspect", file},
                                                    {"metrics", file, "--metric", "edges"},
                                                    {"metrics", file, "--metric", "edges", "--csv"},
                                                    {"distance", file, file}}) {
        const std::string text = check_succeeds(command);
        CHECK(is_clean(text));
        CHECK_THAT(text, Contains("fc\\u001b[31m"));
    }
    CHECK(report::Json::parse(check_succeeds({"inspect", file, "--json"}))[0]["layers"][0]["name"] == "000_" + name);
    const std::string error = check_fails(2, {"inspect", file, "--layers", "fc9"});
    CHECK(is_clean(error));
    CHECK_THAT(error, Contains("\\u001b[31m"));
}

}  // namespace espalier::cli
