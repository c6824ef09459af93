#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/sources.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/topology/spectral/full_spectrum.hpp>
#include <espalier/topology/spectral/imdb.hpp>
#include <espalier/topology/spectral/ramanujan_gap.hpp>
#include <espalier/topology/spectral/weighted_gap.hpp>

#include "topology/graphs.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

Topology weighted_network(const std::string& label, double density, Stream& stream) {
    Topology result = random_network({150, 80, 40}, density, stream);
    result.label = label;
    for (Layer& layer : result.layers) {
        for (const double value : random_values(layer.pattern.edges(), stream)) {
            layer.values.push_back(static_cast<float>(value));
        }
    }
    return result;
}

double coordinate(const MetricResult& result, const char* name) {
    return result.network.find(name)->number();
}

double distance(const Topology& topology, const FullSpectrumOptions& options) {
    return full_spectrum(topology, options).network.find("distance")->number();
}

}  // namespace

TEST_CASE("full_spectrum: the four metrics, averaged over layers", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Topology net = weighted_network("net", 0.5, stream);
    const MetricResult result = full_spectrum(net);
    double sums[4] = {};
    for (std::size_t k = 0; k < 2; ++k) {
        const Layer& layer = net.layers[k];
        sums[0] += ramanujan_gap_metric(layer).find("gap")->number() / 2;
        sums[1] += imdb_metric(layer).find("delta_r")->number() / 2;
        sums[2] += weighted_gap_metric(layer).find("gap")->number() / 2;
        sums[3] += imsg_metric(layer).find("gap")->number() / 2;
        CHECK(result.layers[k].find("delta_r")->number() == ramanujan_gap_metric(layer).find("gap")->number());
    }
    CHECK(coordinate(result, "delta_r") == Approx(sums[0]));
    CHECK(coordinate(result, "delta_r_imdb") == Approx(sums[1]));
    CHECK(coordinate(result, "lambda") == Approx(sums[2]));
    CHECK(coordinate(result, "lambda_imsg") == Approx(sums[3]));
}

TEST_CASE("full_spectrum: distance from the first snapshot and from a file", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const TemporaryFolder folder;
    const auto file = folder / "masks.h5";
    write_topology_file(file, {weighted_network("000000000", 0.5, stream), weighted_network("000000100", 0.6, stream)});
    const Topology first = read_topologies(file.string() + "@first").front();
    const Topology last = read_topologies(file.string() + "@last").front();
    CHECK(distance(first, {}) == 0);
    const MetricResult a = full_spectrum(first);
    const MetricResult b = full_spectrum(last);
    double squares = 0;
    for (const char* name : {"delta_r", "delta_r_imdb", "lambda", "lambda_imsg"}) {
        squares += std::pow(coordinate(a, name) - coordinate(b, name), 2);
    }
    CHECK(distance(last, {}) == Approx(std::sqrt(squares)));
    CHECK(distance(first, {file.string() + "@last"}) == Approx(std::sqrt(squares)));
    CHECK_THROWS_WITH(full_spectrum(first, {file.string() + "@all"}), Contains("holds 2 topologies"));
    CHECK_THROWS_AS(full_spectrum(first, {"nowhere.h5"}), ConfigError);
}

TEST_CASE("full_spectrum: random masks are a reference and a scale", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Topology random = weighted_network("net", 0.5, stream);
    const double near = distance(random, {"erk_random", true, 0});
    CHECK(near < 8);  // one more such draw: four coordinates, each a few standard deviations at most
    CHECK(distance(random, {"erk_random", true, 0}) == near);
    CHECK(distance(random, {"erk_random", true, 1}) != near);
    Topology clustered = random;
    for (Layer& layer : clustered.layers) {
        const std::size_t half_rows = layer.pattern.rows() / 2;
        const std::size_t half_cols = layer.pattern.cols() / 2;
        layer.pattern = blocks({Pattern::full(half_rows, half_cols), Pattern::full(half_rows, half_cols)});
        layer.values.assign(layer.pattern.edges(), 0.5F);
        layer.values.front() = 0.25F;
    }
    CHECK(distance(clustered, {"erk_random", true, 0}) > 5 * near);
}

TEST_CASE("full_spectrum: why there is no distance", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Topology masks = random_network({80, 40}, 0.7, stream);
    CHECK_THAT(full_spectrum(masks).network.find("distance")->reason(), Contains("full_spectrum.reference"));
    const MetricResult unweighted = full_spectrum(masks, {"erk_random"});
    CHECK(unweighted.network.find("delta_r")->is_number());
    CHECK(unweighted.network.find("distance")->reason() == "lambda: weights are not known");
    CHECK(full_spectrum({"none", {}}).network.reason() == "no layers");
    CHECK(full_spectrum(network("n", {Pattern::empty(3, 3)}), {"erk_random", true, 0})
              .network.find("distance")
              ->is_undefined());
}

}  // namespace espalier::topology
