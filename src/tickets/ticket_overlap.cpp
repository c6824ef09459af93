#include <algorithm>
#include <cmath>

#include <espalier/tickets/ticket_overlap.hpp>

namespace espalier::tickets {
namespace {

/// What two layers have in common; adds up over layers.
struct PairCounts {
    double positions = 0.0;
    double first = 0.0;  // edges
    double second = 0.0;
    double common = 0.0;
    double same_sign = 0.0;
    double squares_first = 0.0;  // of weights
    double squares_second = 0.0;
    double products = 0.0;
    bool has_weights = true;  // of both, in every layer

    PairCounts& operator+=(const PairCounts& other) {
        positions += other.positions;
        first += other.first;
        second += other.second;
        common += other.common;
        same_sign += other.same_sign;
        squares_first += other.squares_first;
        squares_second += other.squares_second;
        products += other.products;
        has_weights = has_weights && other.has_weights;
        return *this;
    }
};

bool have_one_sign(float a, float b) {
    return (a > 0.0F && b > 0.0F) || (a < 0.0F && b < 0.0F) || (a == 0.0F && b == 0.0F);
}

void count_row(const topology::Layer& a, const topology::Layer& b, std::size_t row, PairCounts& counts) {
    const auto in_a = a.pattern.row(row);
    const auto in_b = b.pattern.row(row);
    const float* of_a = counts.has_weights ? a.values.data() + a.pattern.row_begin(row) : nullptr;
    const float* of_b = counts.has_weights ? b.values.data() + b.pattern.row_begin(row) : nullptr;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < in_a.size() && j < in_b.size()) {
        const std::uint32_t at_a = in_a[i];
        const std::uint32_t at_b = in_b[j];
        if (at_a == at_b) counts.common += 1.0;
        if (at_a == at_b && counts.has_weights) {
            counts.same_sign += have_one_sign(of_a[i], of_b[j]) ? 1.0 : 0.0;
            counts.products += static_cast<double>(of_a[i]) * of_b[j];
        }
        if (at_a <= at_b) ++i;
        if (at_b <= at_a) ++j;
    }
}

double squares(const std::vector<float>& values) {
    double sum = 0.0;
    for (const float value : values) sum += static_cast<double>(value) * value;
    return sum;
}

PairCounts count(const topology::Layer& a, const topology::Layer& b) {
    PairCounts counts;
    counts.positions = static_cast<double>(a.pattern.positions());
    counts.first = static_cast<double>(a.pattern.edges());
    counts.second = static_cast<double>(b.pattern.edges());
    counts.has_weights =
        a.values.size() == a.pattern.edges() && b.values.size() == b.pattern.edges();  // an empty layer has all of none
    counts.squares_first = squares(a.values);
    counts.squares_second = squares(b.values);
    for (std::size_t row = 0; row < a.pattern.rows(); ++row) count_row(a, b, row, counts);
    return counts;
}

double ratio(double part, double whole, double otherwise) {
    return whole > 0.0 ? part / whole : otherwise;
}

Overlap overlap_of(const PairCounts& c) {
    Overlap found;
    const double united = c.first + c.second - c.common;
    found.iou = ratio(c.common, united, 1.0);
    const double a = ratio(c.first, c.positions, 0.0);
    const double b = ratio(c.second, c.positions, 0.0);
    found.expected_iou = ratio(a * b, a + b - a * b, 1.0);
    found.containment = ratio(c.common, std::min(c.first, c.second), 1.0);
    found.hamming = ratio(united - c.common, c.positions, 0.0);
    if (!c.has_weights) {
        found.cosine = found.distance = found.sign_agreement = std::nan("");
        return found;
    }
    found.cosine = ratio(c.products, std::sqrt(c.squares_first * c.squares_second), std::nan(""));
    found.distance = std::sqrt(std::max(0.0, c.squares_first + c.squares_second - 2.0 * c.products));
    found.sign_agreement = ratio(c.same_sign, c.common, std::nan(""));
    return found;
}

}  // namespace

TicketOverlap overlap(const topology::Topology& a, const topology::Topology& b) {
    TicketOverlap found;
    PairCounts total;
    for (std::size_t l = 0; l < a.layers.size(); ++l) {
        const PairCounts counts = count(a.layers[l], b.layers[l]);
        found.layers.push_back(overlap_of(counts));
        total += counts;
    }
    found.total = overlap_of(total);
    return found;
}

double mean_iou(const std::vector<Ticket>& tickets) {
    double sum = 0.0;
    double pairs = 0.0;
    for (std::size_t i = 0; i < tickets.size(); ++i) {
        for (std::size_t j = i + 1; j < tickets.size(); ++j) {
            sum += overlap(tickets[i].network.topology, tickets[j].network.topology).total.iou;
            pairs += 1.0;
        }
    }
    return sum / pairs;
}

}  // namespace espalier::tickets
