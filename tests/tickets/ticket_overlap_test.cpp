#include <cmath>

#include <espalier/tickets/ticket_overlap.hpp>

#include "support.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

topology::Layer random_layer(std::size_t rows, std::size_t cols, double density, Stream& stream) {
    topology::Layer layer{"fc", {rows, cols}, random_pattern(rows, cols, density, stream), {}};
    const std::vector<double> values = random_values(layer.pattern.edges(), stream);
    layer.values.assign(values.begin(), values.end());
    return layer;
}

/// [rows * cols] weights, NaN where there is no edge.
std::vector<double> dense_weights(const topology::Layer& layer) {
    std::vector<double> all(layer.pattern.positions(), std::nan(""));
    for (std::size_t row = 0; row < layer.pattern.rows(); ++row) {
        std::size_t k = layer.pattern.row_begin(row);
        for (const std::uint32_t col : layer.pattern.row(row))
            all[row * layer.pattern.cols() + col] = layer.values[k++];
    }
    return all;
}

/// Position by position.
Overlap slow_overlap(const std::vector<double>& a, const std::vector<double>& b) {
    double in_a = 0, in_b = 0, both = 0, aa = 0, bb = 0, ab = 0, dd = 0, same = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        const bool has_a = !std::isnan(a[k]);
        const bool has_b = !std::isnan(b[k]);
        const double x = has_a ? a[k] : 0.0;
        const double y = has_b ? b[k] : 0.0;
        in_a += has_a;
        in_b += has_b;
        both += has_a && has_b;
        same += has_a && has_b && std::signbit(x) == std::signbit(y);
        aa += x * x;
        bb += y * y;
        ab += x * y;
        dd += (x - y) * (x - y);
    }
    const auto n = static_cast<double>(a.size());
    const double da = in_a / n;
    const double db = in_b / n;
    return {both / (in_a + in_b - both),
            da * db / (da + db - da * db),
            both / std::min(in_a, in_b),
            (in_a + in_b - 2 * both) / n,
            ab / std::sqrt(aa * bb),
            std::sqrt(dd),
            same / both};
}

void check_equal(const Overlap& a, const Overlap& b) {
    CHECK(a.iou == Approx(b.iou));
    CHECK(a.expected_iou == Approx(b.expected_iou));
    CHECK(a.containment == Approx(b.containment));
    CHECK(a.hamming == Approx(b.hamming));
    CHECK(a.cosine == Approx(b.cosine).margin(1e-12));
    CHECK(a.distance == Approx(b.distance));
    CHECK(a.sign_agreement == Approx(b.sign_agreement));
}

}  // namespace

TEST_CASE("overlap: equals what is counted position by position", "[tickets][overlap]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (const double density : {0.3, 0.6, 1.0}) {
        const topology::Topology a{"a", {random_layer(12, 9, density, stream), random_layer(5, 12, 0.5, stream)}};
        const topology::Topology b{"b", {random_layer(12, 9, 0.5, stream), random_layer(5, 12, density, stream)}};
        const TicketOverlap found = overlap(a, b);
        std::vector<double> all_a;
        std::vector<double> all_b;
        for (std::size_t l = 0; l < 2; ++l) {
            const std::vector<double> x = dense_weights(a.layers[l]);
            const std::vector<double> y = dense_weights(b.layers[l]);
            check_equal(found.layers[l], slow_overlap(x, y));
            all_a.insert(all_a.end(), x.begin(), x.end());
            all_b.insert(all_b.end(), y.begin(), y.end());
        }
        check_equal(found.total, slow_overlap(all_a, all_b));
        check_equal(overlap(b, a).total, found.total);
    }
}

TEST_CASE("overlap: of a ticket with itself, and of empty masks", "[tickets][overlap]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const topology::Topology a{"a", {random_layer(7, 8, 0.4, stream)}};
    const Overlap self = overlap(a, a).total;
    CHECK(self.iou == 1.0);
    CHECK(self.containment == 1.0);
    CHECK(self.hamming == 0.0);
    CHECK(self.cosine == Approx(1.0));
    CHECK(self.distance == Approx(0.0).margin(1e-7));
    CHECK(self.sign_agreement == 1.0);
    const topology::Topology none{"none", {{"fc", {2, 2}, pattern({{0, 0}, {0, 0}}), {}}}};
    const Overlap empty = overlap(none, none).total;
    CHECK(empty.iou == 1.0);
    CHECK(empty.hamming == 0.0);
    CHECK(std::isnan(empty.cosine));
    CHECK(std::isnan(empty.sign_agreement));
    CHECK(mean_iou({{"a", {a, {}}, {}}, {"b", {a, {}}, {}}}) == 1.0);
    CHECK(std::isnan(mean_iou({{"a", {a, {}}, {}}})));
}

TEST_CASE("overlap: 0 and 0 have one sign, 0 and another number have not", "[tickets][overlap]") {
    const Pattern full = Pattern::full(1, 4);
    const topology::Topology a{"a", {{"fc", {1, 4}, full, {0, 0, -1, 2}}}};
    const topology::Topology b{"b", {{"fc", {1, 4}, full, {0, 1, -2, -2}}}};
    CHECK(overlap(a, b).total.sign_agreement == 0.5);
}

TEST_CASE("overlap: of masks alone nothing is told of weights", "[tickets][overlap]") {
    Stream stream = test_stream();
    INFO(seed_text());
    topology::Topology a{"a", {random_layer(7, 8, 0.4, stream), random_layer(3, 7, 0.5, stream)}};
    const topology::Topology b{"b", {random_layer(7, 8, 0.4, stream), random_layer(3, 7, 0.5, stream)}};
    const Overlap known = overlap(a, b).total;
    a.layers[1].values = {};
    const TicketOverlap found = overlap(a, b);
    CHECK(found.total.iou == known.iou);
    CHECK(found.total.hamming == known.hamming);
    CHECK(std::isnan(found.total.cosine));
    CHECK(std::isnan(found.total.distance));
    CHECK(std::isnan(found.total.sign_agreement));
    CHECK(!std::isnan(found.layers[0].distance));
}

}  // namespace espalier::tickets
