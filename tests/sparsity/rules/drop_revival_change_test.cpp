#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/sparsity/rules/rules.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

struct ChangedLayer {
    Pattern mask;
    std::vector<float> values;
    std::vector<float> before;
    double tolerance = 1e-3;
    RevivalNext next = RevivalNext::shrunk;

    std::vector<float> scores() const {
        DropContext context{mask, values, {}, before, 0.5, {}, test_stream()};
        context.options.revival_tolerance = tolerance;
        context.options.revival_next = next;
        std::vector<float> found(values.size());
        drop_revival_change().score(context, found);
        return found;
    }
    std::vector<std::size_t> order() const {
        const std::vector<float> found = scores();
        std::vector<std::size_t> numbers(found.size());
        std::iota(numbers.begin(), numbers.end(), std::size_t{0});
        std::ranges::stable_sort(numbers, [&](std::size_t a, std::size_t b) { return found[a] < found[b]; });
        return numbers;
    }
    /// The same, class by class from the text of the definition.
    std::vector<std::size_t> slow_order() const {
        struct Key {
            int rank;
            double size;
        };
        std::vector<Key> keys;
        for (std::size_t row = 0; row < mask.rows(); ++row) {
            double largest = 0.0;
            double moved = 0.0;
            double both = 0.0;
            double square = 0.0;
            for (std::size_t k = mask.row_begin(row); k < mask.row_begin(row + 1); ++k) {
                both += static_cast<double>(values[k]) * before[k];
                square += static_cast<double>(before[k]) * before[k];
            }
            double factor = mask.row(row).size() > 1 && square > 0.0 ? both / square : 1.0;
            factor = factor < 0.5 ? 0.5 : std::min(factor, 1.0);
            for (std::size_t k = mask.row_begin(row); k < mask.row_begin(row + 1); ++k) {
                largest = std::max(largest, std::abs(static_cast<double>(values[k])));
                moved = std::max(moved, std::abs(static_cast<double>(values[k]) - factor * before[k]));
            }
            for (std::size_t k = mask.row_begin(row); k < mask.row_begin(row + 1); ++k) {
                const double now = values[k];
                const double then = before[k];
                double change = next == RevivalNext::shrunk ? std::abs(now) - std::abs(then) : now - then;
                if (next == RevivalNext::smallest) change = 0.0;
                if (moved <= tolerance * largest && values[k] < 0.0F) {
                    keys.push_back({0, values[k]});
                } else if (change < 0.0) {
                    keys.push_back({1, change});
                } else {
                    keys.push_back({2, std::abs(static_cast<double>(values[k]))});
                }
            }
        }
        std::vector<std::size_t> numbers(keys.size());
        std::iota(numbers.begin(), numbers.end(), std::size_t{0});
        std::ranges::stable_sort(numbers, [&](std::size_t a, std::size_t b) {
            return keys[a].rank != keys[b].rank ? keys[a].rank < keys[b].rank : keys[a].size < keys[b].size;
        });
        return numbers;
    }
};

}  // namespace

TEST_CASE("drop rule revival_change: neurons that stood still, then what shrank or fell, then the smallest",
          "[sparsity]") {
    ChangedLayer layer{pattern({{1, 1, 1}, {1, 1, 1}, {0, 1, 1}}),
                       {-0.5F, 0.2F, -2.0F, 0.6F, -0.1F, 0.05F, -1.0F, 0.01F},
                       {-0.5F, 0.2F, -2.0F, 0.9F, -0.2F, 0.04F, -1.0F, 0.02F}};
    // The first neuron stood still, the last did not: its -1 is no candidate for being dead.
    CHECK(layer.order() == std::vector<std::size_t>{2, 0, 3, 4, 7, 5, 1, 6});
    CHECK(layer.order() == layer.slow_order());
    layer.next = RevivalNext::fallen;
    CHECK(layer.order() == std::vector<std::size_t>{2, 0, 3, 7, 5, 4, 1, 6});
    CHECK(layer.order() == layer.slow_order());
    layer.next = RevivalNext::smallest;
    CHECK(layer.order() == std::vector<std::size_t>{2, 0, 7, 5, 4, 1, 3, 6});
    CHECK(layer.order() == layer.slow_order());
}

TEST_CASE("drop rule revival_change: the tolerance is one of the neuron's largest weight", "[sparsity]") {
    ChangedLayer layer{pattern({{1, 1}}), {-1.0F, 0.001F}, {-1.0005F, 0.0009F}};
    CHECK(layer.scores()[0] < -0.9F);
    layer.tolerance = 1e-4;
    layer.next = RevivalNext::smallest;
    CHECK(layer.scores()[0] == 1.0F);
}

TEST_CASE("drop rule revival_change: decay alone is no change", "[sparsity]") {
    // Both weights of the first neuron shrank by a tenth; the only one of the second did, too, and may have learned to.
    const ChangedLayer layer{pattern({{1, 1}, {1, 0}}), {-0.9F, 0.45F, -0.9F}, {-1.0F, 0.5F, -1.0F}};
    CHECK(layer.scores()[0] < -0.9F);
    CHECK(layer.scores()[2] > -0.9F);
    const ChangedLayer grown{pattern({{1, 1}}), {-1.1F, 0.55F}, {-1.0F, 0.5F}};
    CHECK(grown.scores()[0] > -0.9F);
    const ChangedLayer halved{pattern({{1, 1}}), {-0.4F, 0.2F}, {-1.0F, 0.5F}};
    CHECK(halved.scores()[0] > -0.9F);
}

TEST_CASE("drop rule revival_change: agrees with the definition on random layers, tiny and huge weights too",
          "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 50; ++round) {
        const Pattern mask = random_pattern(12, 15, 0.4, stream);
        const std::vector<double> now = random_values(mask.edges(), stream);
        const std::vector<double> moves = random_values(mask.edges(), stream);
        const double scale = round % 3 == 0 ? 1e-12 : round % 3 == 1 ? 1.0 : 1e8;
        ChangedLayer layer{mask, {}, {}};
        layer.next = round % 2 == 0 ? RevivalNext::shrunk : RevivalNext::fallen;
        for (std::size_t row = 0; row < mask.rows(); ++row) {
            for (std::size_t k = mask.row_begin(row); k < mask.row_begin(row + 1); ++k) {
                layer.values.push_back(static_cast<float>(scale * now[k]));
                layer.before.push_back(static_cast<float>(scale * (row % 3 == 0 ? now[k] : now[k] - moves[k])));
            }
        }
        CHECK(layer.order() == layer.slow_order());
    }
}

TEST_CASE("drop rule revival_change: the same weights in the same order as a slow program", "[sparsity][reference]") {
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    for (const char* name : {"neuron_revival", "neuron_revival_filled"}) {
        INFO(name);
        const TensorFile file = open_tensor_file(*folder / "more" / (std::string(name) + ".npz"));
        const std::vector<double> keep = file.read("mask").to_doubles();
        const std::vector<double> now = file.read("W").to_doubles();
        const std::vector<double> then = file.read("W_previous").to_doubles();
        std::vector<std::uint64_t> flat;
        ChangedLayer layer;
        for (std::size_t k = 0; k < keep.size(); ++k) {
            if (keep[k] == 0.0) continue;
            flat.push_back(k);
            layer.values.push_back(static_cast<float>(now[k]));
            layer.before.push_back(static_cast<float>(then[k]));
        }
        layer.mask = Pattern::from_flat(8, 12, flat);
        std::vector<double> found;
        for (const std::size_t edge : layer.order()) found.push_back(static_cast<double>(flat[edge]));
        const std::vector<double> expected = file.read("dropped_by_shrinkage").to_doubles();
        found.resize(expected.size());
        CHECK(found == expected);
    }
}

}  // namespace espalier::sparsity
