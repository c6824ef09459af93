#include <map>

#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/spectral/imdb.hpp>
#include <espalier/topology/spectral/left_regular.hpp>

#include "topology/graphs.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// The mean gap below the Ramanujan bound straight from the definition, and the number of subgraphs.
std::pair<double, std::size_t> by_definition(const Pattern& pattern) {
    const arma::mat matrix = dense_matrix(pattern);
    double sum = 0;
    std::size_t count = 0;
    for (arma::uword degree = 3; degree <= matrix.n_rows; ++degree) {
        const arma::rowvec degrees = arma::sum(matrix, 0);
        const arma::uvec members = arma::find(degrees == double(degree));
        if (members.n_elem < 3) continue;
        arma::mat part = matrix.cols(members);
        part = part.rows(arma::find(arma::sum(part, 1) > 0));
        const double mean_out = arma::accu(part) / double(part.n_rows);
        if (mean_out < 3) continue;
        sum += std::sqrt(degree - 1.0) + std::sqrt(mean_out - 1) - spectrum_by_eigenvalues(part)[1];
        ++count;
    }
    return {count == 0 ? 0 : sum / double(count), count};
}

}  // namespace

TEST_CASE("imdb agrees with its definition", "[topology][spectra]") {
    INFO(seed_text());
    std::size_t defined = 0;
    for (const auto& [a, b] : random_pattern_pairs(60, 45)) {
        for (const Pattern& p : {a, b}) {
            const auto [mean, count] = by_definition(p);
            const MetricValue value = imdb_metric(layer("l", p));
            if (count == 0) {
                CHECK(value.is_undefined());
                continue;
            }
            ++defined;
            CHECK(value.find("delta_r")->number() == Approx(mean).margin(1e-9));
            CHECK(value.find("subgraphs")->number() == static_cast<double>(count));
        }
    }
    CHECK(defined > 20);
}

TEST_CASE("imdb: a biregular layer is its only subgraph", "[topology][spectra]") {
    const MetricValue value = imdb_metric(layer("l", Pattern::full(8, 5)));
    CHECK(value.find("subgraphs")->number() == 1);
    CHECK(value.find("delta_r")->number() == Approx(2 + std::sqrt(7)));
    CHECK(value.find("delta_r_normalized")->number() == 1);
    CHECK(value.find("delta_s")->number() == Approx(2 * std::sqrt(std::sqrt(40) - 1)));
    CHECK(value.find("max_expansion_ratio")->number() == Approx(8.0 / 5));
    CHECK(value.find("mean_expansion_ratio")->number() == Approx(8.0 / 5));
}

TEST_CASE("left-regular subgraphs: drawn", "[topology][spectra]") {
    //        inputs 0 1 2 3 4
    // output 0:     x x . x x      inputs 0, 1, 3, 4 have degree 2, input 2 none
    // output 1:     x . . . x
    // output 2:     . x . x .
    const Biadjacency graph(pattern({{1, 1, 0, 1, 1}, {1, 0, 0, 0, 1}, {0, 1, 0, 1, 0}}),
                            std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8});
    const std::vector<LeftRegular> found = left_regular_subgraphs(graph);
    REQUIRE(found.size() == 1);
    CHECK(found[0].degree == 2);
    CHECK(found[0].pattern == pattern({{1, 1, 0}, {1, 0, 1}, {1, 0, 1}, {1, 1, 0}}));
    CHECK(found[0].values == std::vector<double>{1, 5, 2, 7, 3, 8, 4, 6});
    CHECK(left_regular_subgraphs(graph, 5).empty());
}

TEST_CASE("imdb: of a network, with the share of layers that have one", "[topology][spectra]") {
    const Layer defined = layer("a", Pattern::full(8, 5));
    const Layer sparse = layer("b", pattern({{1, 0}, {0, 1}}));
    const MetricValue mean = network_imdb({imdb_metric(defined), imdb_metric(sparse)});
    CHECK(mean.find("delta_r")->number() == Approx(2 + std::sqrt(7)));
    CHECK(mean.find("defined_fraction")->number() == 0.5);
    CHECK_THAT(network_imdb({imdb_metric(sparse)}).reason(), Contains("no left-regular subgraph"));
    CHECK(imdb_metric(layer("l", Pattern::empty(3, 3))).reason() == "no edges");
}

}  // namespace espalier::topology
