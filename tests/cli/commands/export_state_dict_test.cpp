#include <cmath>
#include <cstring>
#include <limits>

#include <nlohmann/json.hpp>

#include <espalier/base/files/files.hpp>
#include <espalier/base/formats/npz.hpp>
#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/report/json.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "cli/topology_commands.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

std::string trained_run(const std::filesystem::path& folder, const std::vector<std::string>& settings = {}) {
    std::vector<std::string> more = {"--set", "training.epochs=2", "--set", "training.checkpoint_every='1ep'"};
    for (const std::string& setting : settings) more.insert(more.end(), {"--set", setting});
    check_succeeds(small_run(folder, more));
    return folder.string();
}

/// What the header of a .safetensors file says.
report::Json header_of(const std::filesystem::path& file) {
    const std::string text = read_text(file);
    std::uint64_t length = 0;
    std::memcpy(&length, text.data(), sizeof(length));
    return report::Json::parse(text.substr(sizeof(length), length));
}

}  // namespace

TEST_CASE("export: a run's state dict has every tensor, and says what else a model needs", "[cli][state_dict]") {
    TemporaryFolder folder;
    const std::string run = trained_run(folder / "run", {"model.activation=all_relu", "model.all_relu_slope=0.25"});
    const std::string out = folder / "net.safetensors";
    const report::Json said =
        report::Json::parse(check_succeeds({"export", run, "--format", "state-dict", "--out", out, "--json"}));
    CHECK(said["format"] == "state-dict");
    CHECK(said["out"] == out);
    const report::Json header = header_of(out);
    std::vector<std::string> names;
    for (const auto& [name, entry] : header.items()) names.push_back(name);
    CHECK(names == std::vector<std::string>{"__metadata__", "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias",
                                            "fc3.weight", "fc3.bias"});
    CHECK(header["fc2.weight"]["shape"] == report::Json({16, 32}));
    const report::Json& metadata = header["__metadata__"];
    CHECK(metadata["format"] == "pt");
    CHECK(metadata["activation"] == "all_relu");
    CHECK(metadata["seed"] == "3");
    CHECK(metadata["model"] == "mlp");
    CHECK(metadata["dataset"] == "digits");
    CHECK(metadata["step"] == "000000042");
    CHECK(report::Json::parse(metadata["density"].get<std::string>()).get<double>() == Approx(0.3).margin(0.01));
    CHECK(metadata["config"].get<std::string>().find("[sparsity]") != std::string::npos);
    const report::Json layers = report::Json::parse(metadata["layers"].get<std::string>());
    REQUIRE(layers.size() == 7);  // with the dropout
    CHECK(layers[0]["name"] == "fc1");
    CHECK(layers[1]["kind"] == "all_relu");
    CHECK(layers[1]["negative_slope"] == -0.25);
    CHECK(layers[4]["negative_slope"] == 0.25);
    CHECK(report::Json::parse(metadata["inputs.scale"].get<std::string>()).is_number());
    CHECK(metadata["inputs.standardise"] == "channel");
}

TEST_CASE("export: masks and inputs go along where they are asked for", "[cli][state_dict]") {
    TemporaryFolder folder;
    const std::string run = trained_run(folder / "run", {"data.standardise=feature"});
    const std::string out = folder / "net.npz";
    check_succeeds({"export", run, "--format", "state-dict", "--out", out, "--with-masks", "--with-inputs"});
    const NpzFile file{out};
    CHECK(file.read("fc1.weight").shape() == std::vector<std::size_t>{32, 64});
    CHECK(file.read("fc1.weight_mask").shape() == std::vector<std::size_t>{32, 64});
    const auto mean = file.read("inputs.mean");
    const auto deviation = file.read("inputs.std");
    CHECK(mean.size() == 64);
    CHECK(deviation.number(0) == std::numeric_limits<double>::infinity());  // this pixel is always 0
    CHECK(mean.number(20) > 0.0);
    CHECK(deviation.number(20) > 0.0);
    CHECK(std::isfinite(deviation.number(20)));
}

TEST_CASE("export: a run file of before says that scale and shift are missing, or takes them from the data",
          "[cli][state_dict]") {
    TemporaryFolder folder;
    const std::string run = trained_run(folder / "run");
    const std::string with = folder / "with.safetensors";
    check_succeeds({"export", run, "--format", "state-dict", "--out", with});
    hdf5::File::open_for_writing(run + "/run.h5").root().group("model").unlink("inputs");
    const std::string again = folder / "again.safetensors";
    const Outcome found = espalier({"export", run, "--format", "state-dict", "--out", again});
    CHECK(found.status == 0);
    CHECK_THAT(found.err, Contains("written before run files held how inputs were scaled") && Contains("digits"));
    CHECK(read_text(with) == read_text(again));

    // Where the data are gone there is no scale to export.
    {
        hdf5::Group root = hdf5::File::open_for_writing(run + "/run.h5").root();
        auto config = root.attribute_as<std::string>("config");
        config.replace(config.find("\"digits\""), 8, "\"gone.csv\"");
        root.set_attribute("config", config);
    }
    const std::string without = folder / "without.safetensors";
    CHECK_THAT(check_fails(1, {"export", run, "--format", "state-dict", "--out", without, "--with-inputs"}),
               Contains("--with-inputs") && Contains("gone.csv"));
    CHECK(espalier({"export", run, "--format", "state-dict", "--out", without}).status == 0);
    CHECK_FALSE(header_of(without)["__metadata__"].contains("inputs.scale"));
}

TEST_CASE("export: what a state dict cannot be made of", "[cli][state_dict]") {
    TemporaryFolder folder;
    const std::string run = trained_run(folder / "run", {"snapshots.weights=false"});
    const std::string out = folder / "net.safetensors";
    CHECK_THAT(check_fails(1, {"export", run, "--format", "state-dict", "--out", out}),
               Contains("has a mask but no weights") && Contains("snapshots.weights = true"));
    CHECK_THAT(check_fails(2, {"export", run, "--format", "state-dict", "--out", folder / "net.pt"}),
               Contains("FILE.safetensors"));
    CHECK_THAT(check_fails(2, {"export", run, "--format", "npz", "--out", folder / "m.npz", "--with-masks"}),
               Contains("--with-masks belongs to --format state-dict"));
    CHECK_THAT(check_fails(2, {"export", run + "/run.h5@all", "--format", "state-dict", "--out", out}),
               Contains("one is needed"));
    const std::string topology = two_topologies(folder) + "@first";
    CHECK_THAT(check_fails(1, {"export", topology, "--format", "state-dict", "--out", out}), Contains("no weights"));
}

}  // namespace espalier::cli
