#include <algorithm>
#include <bit>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/saliency/node_path_layer.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

namespace {

/// The best of all masks with so many weights, one after the other.
double best_of_all(const std::vector<double>& signal, std::size_t outputs, std::size_t kept, double alpha) {
    const std::size_t positions = signal.size() * outputs;
    double best = 0.0;
    for (std::uint32_t bits = 0; bits < (1U << positions); ++bits) {
        if (static_cast<std::size_t>(std::popcount(bits)) != kept) continue;
        std::vector<std::uint64_t> flat;
        for (std::size_t k = 0; k < positions; ++k) {
            if ((bits >> k) & 1U) flat.push_back(k);
        }
        best = std::max(best, node_path_objective(Pattern::from_flat(outputs, signal.size(), flat), signal, {alpha}));
    }
    return best;
}

}  // namespace

TEST_CASE("npb: no mask of a small layer is better than the greedy one", "[sparsity][saliency]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int trial = 0; trial < 60; ++trial) {
        const std::size_t inputs = 1 + stream.below(4);
        const std::size_t outputs = 1 + stream.below(3);
        const std::size_t kept = 1 + stream.below(inputs * outputs);
        std::vector<double> signal;
        for (std::size_t i = 0; i < inputs; ++i) signal.push_back(static_cast<double>(stream.below(5)));
        for (const double alpha : {0.0, 0.01, 0.3, 0.7, 1.0}) {
            INFO(inputs << " inputs, " << outputs << " outputs, " << kept << " weights, alpha " << alpha);
            const Pattern mask = balanced_layer(signal, outputs, kept, {alpha}, stream);
            CHECK(mask.edges() == kept);
            CHECK(node_path_objective(mask, signal, {alpha}) ==
                  Approx(best_of_all(signal, outputs, kept, alpha)).margin(1e-12));
        }
    }
}

TEST_CASE("npb: no mask of a small convolution is better than the greedy one", "[sparsity][saliency]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int trial = 0; trial < 40; ++trial) {
        const std::size_t inputs = 1 + stream.below(2);
        const std::size_t outputs = 1 + stream.below(2);
        const std::size_t taps = 2 + stream.below(2);
        const std::size_t cols = inputs * taps;
        const std::size_t kept = 1 + stream.below(cols * outputs);
        std::vector<double> signal;
        for (std::size_t i = 0; i < inputs; ++i) signal.push_back(static_cast<double>(stream.below(5)));
        for (const double beta : {0.0, 0.1, 1.0}) {
            for (const std::size_t most : {std::size_t{1}, taps}) {
                const NodePathOptions options{0.2, beta, taps, most};
                INFO(inputs << " inputs, " << outputs << " outputs, " << kept << " weights, beta " << beta);
                const Pattern mask = balanced_layer(signal, outputs, kept, options, stream);
                CHECK(mask.edges() == kept);
                // The best of all masks in which no kernel has more than it may.
                const std::size_t allowed = std::max(most, (kept + inputs * outputs - 1) / (inputs * outputs));
                double best = 0.0;
                for (std::uint32_t bits = 0; bits < (1U << (cols * outputs)); ++bits) {
                    if (static_cast<std::size_t>(std::popcount(bits)) != kept) continue;
                    std::vector<std::uint64_t> flat;
                    std::vector<std::size_t> in_kernel(inputs * outputs, 0);
                    for (std::size_t k = 0; k < cols * outputs; ++k) {
                        if (((bits >> k) & 1U) == 0) continue;
                        flat.push_back(k);
                        ++in_kernel[k / taps];
                    }
                    if (std::ranges::max(in_kernel) > allowed) continue;
                    best =
                        std::max(best, node_path_objective(Pattern::from_flat(outputs, cols, flat), signal, options));
                }
                CHECK(node_path_objective(mask, signal, options) == Approx(best).margin(1e-12));
                std::vector<std::size_t> in_kernel(inputs * outputs, 0);
                for (const std::uint64_t position : mask.flat()) ++in_kernel[position / taps];
                CHECK(std::ranges::max(in_kernel) <= allowed);
            }
        }
    }
}

TEST_CASE("npb: a perfect matching for neurons alone, the strongest input for paths alone", "[sparsity][saliency]") {
    Stream stream = test_stream();
    for (int trial = 0; trial < 20; ++trial) {
        const Pattern nodes = balanced_layer(std::vector<double>{5.0, 1.0}, 2, 2, {1.0}, stream);
        CHECK((nodes == pattern({{1, 0}, {0, 1}}) || nodes == pattern({{0, 1}, {1, 0}})));
        CHECK(node_path_objective(nodes, std::vector<double>{5.0, 1.0}, {1.0}) == 1.0);
        const Pattern paths = balanced_layer(std::vector<double>{1.0, 5.0}, 2, 2, {0.0}, stream);
        CHECK(paths == pattern({{0, 1}, {0, 1}}));
        CHECK(node_path_objective(paths, std::vector<double>{1.0, 5.0}, {0.0}) == 1.0);
    }
}

TEST_CASE("npb: equal inputs share the weights, full layers are full", "[sparsity][saliency]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const std::vector<double> equal(40, 1.0);
    const Pattern mask = balanced_layer(equal, 30, 600, {0.01}, stream).transposed();
    std::size_t most = 0;
    for (std::size_t i = 0; i < 40; ++i) {
        CHECK(!mask.row(i).empty());
        most = std::max(most, mask.row(i).size());
    }
    CHECK(most < 30);  // ties are drawn anew for every weight: no input takes all
    CHECK(balanced_layer(equal, 3, 120, {0.5}, stream).is_full());
    CHECK(balanced_layer(equal, 3, 119, {0.5}, stream).edges() == 119);
    CHECK_THROWS_AS(balanced_layer(equal, 3, 121, {0.5}, stream), FormatError);
    const std::vector<double> nothing(4, 0.0);
    CHECK(node_path_objective(balanced_layer(nothing, 4, 4, {0.5}, stream), nothing, {0.5}) == 0.5);
}

}  // namespace espalier::sparsity
