#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/snapshot_series.hpp>
#include <espalier/topology/files/topology_file.hpp>

#include "npz_builder.hpp"
#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

std::string write_series(const TemporaryFolder& folder, const std::vector<std::string>& labels) {
    const std::string file = (folder / "run.h5").string();
    std::vector<Topology> networks;
    for (const std::string& label : labels) {
        const int last = networks.empty() ? 0 : 1;
        networks.push_back(network(label, {pattern({{1, 0, last}}), pattern({{1}})}));
    }
    write_topology_file(file, networks);
    return file;
}

}  // namespace

TEST_CASE("snapshot series: a run by its steps, by file, folder and @all", "[topology][snapshot_series]") {
    const TemporaryFolder folder;
    const std::string file = write_series(folder, {"000000000", "000000500", "000001500"});
    for (const std::string& argument : {file, file + "@all", folder.path().string(), folder.path().string() + "@all"}) {
        const SnapshotSeries series(argument);
        CHECK(series.label() == argument);
        CHECK(series.steps() == std::vector<double>{0, 500, 1500});
        CHECK(series.read(0).layers[0].pattern.edges() == 1);
        CHECK(series.read(2).layers[0].pattern.edges() == 2);
        CHECK(series.read(2).label == argument);
    }
}

TEST_CASE("snapshot series: labels that are no steps are numbered", "[topology][snapshot_series]") {
    const TemporaryFolder folder;
    CHECK(SnapshotSeries(write_series(folder, {"dense", "pruned"})).steps() == std::vector<double>{0, 1});
}

TEST_CASE("snapshot series: a selection of layers", "[topology][snapshot_series]") {
    const TemporaryFolder folder;
    const std::string file = write_series(folder, {"000000000", "000000500"});
    MaskFileOptions options;
    options.layers = {"1"};
    CHECK(SnapshotSeries(file, options).read(1).layers.size() == 1);
    options.layers = {"7"};
    CHECK_THROWS_AS(SnapshotSeries(file, options).read(0), ConfigError);
}

TEST_CASE("snapshot series: convolutions as graphs of channels", "[topology][snapshot_series]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "conv.h5").string();
    const Layer conv{"conv", {2, 2, 1, 2}, pattern({{1, 1, 0, 0}, {0, 1, 0, 1}}), {}};
    write_topology_file(file, {{"a", {conv}}, {"b", {conv}}});
    CHECK(SnapshotSeries(file).read(0).layers[0].pattern.cols() == 4);
    const SnapshotSeries channels(file, {}, ConvMapping::channel);
    CHECK(channels.read(1).layers[0].pattern == pattern({{1, 0}, {1, 1}}));
}

TEST_CASE("snapshot series: what is none is refused", "[topology][snapshot_series]") {
    const TemporaryFolder folder;
    const std::string file = write_series(folder, {"000000000", "000000500"});
    CHECK_THROWS_WITH(SnapshotSeries(file + "@first"), Contains("names one snapshot") && Contains(file));
    CHECK_THROWS_AS(SnapshotSeries((folder / "none.h5").string()), ConfigError);
    write_bytes(folder / "mask.npz", scipy_npz("csr", 1, 2, {0, 1}, {1}, {1}));
    CHECK_THROWS_WITH(SnapshotSeries((folder / "mask.npz").string()), Contains("is one topology"));
    CHECK_THROWS_WITH(SnapshotSeries(write_series(folder, {"000000000"})), Contains("one snapshot") && Contains("two"));
    CHECK_THROWS_AS(SnapshotSeries(write_series(folder, {})), FormatError);
}

}  // namespace espalier::topology
