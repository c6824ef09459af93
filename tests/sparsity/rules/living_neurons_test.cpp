#include <algorithm>
#include <cmath>

#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/update/exchange.hpp>
#include <espalier/sparsity/update/importance.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

struct Layer {
    std::vector<std::uint8_t> rows, cols;  // dead
    Pattern mask;
    std::vector<float> values, gradient;

    Layer(std::size_t outputs, std::size_t inputs, Stream& stream) : rows(outputs), cols(inputs) {
        for (std::uint8_t& row : rows) row = stream.below(3) == 0 ? 1 : 0;
        for (std::uint8_t& col : cols) col = stream.below(4) == 0 ? 1 : 0;
        rows[stream.below(outputs)] = 0;
        cols[stream.below(inputs)] = 0;
        mask = without_neurons(random_pattern(outputs, inputs, 0.4, stream), rows, cols);
        for (const double v : random_values(mask.edges(), stream)) values.push_back(static_cast<float>(v));
        for (const double v : random_values(mask.positions(), stream)) gradient.push_back(static_cast<float>(v));
    }

    PositionRows gradient_rows() const {
        return [this](std::size_t first, std::size_t count, std::span<float> to) {
            const std::size_t width = mask.cols();
            std::copy_n(gradient.begin() + static_cast<std::ptrdiff_t>(first * width), count * width, to.begin());
        };
    }
    PositionScores gradient_at() const {
        return [this](const Pattern& where, std::span<float> to) {
            const auto flat = where.flat();
            for (std::size_t k = 0; k < flat.size(); ++k) to[k] = gradient[flat[k]];
        };
    }
};

PatternUpdate exchanged(const Layer& layer, const GrowRule& grow, const LivingNeurons* living, std::size_t count,
                        const ExploredPositions* explored = nullptr) {
    const DropRule drop = drop_magnitude();
    UpdatePlan plan;
    plan.drop = &drop;
    plan.grow = &grow;
    const DropContext context{layer.mask, layer.values, layer.values, {}, 0.0, {}, test_stream()};
    return exchange(plan, {}, context, count, count,
                    {grow.score == GrowScore::none ? PositionRows() : layer.gradient_rows(), explored, living,
                     test_stream(1), layer.gradient_at()});
}

}  // namespace

TEST_CASE("living neurons: there and back", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int k = 0; k < 50; ++k) {
        const std::size_t rows = 1 + stream.below(20);
        const std::size_t cols = 1 + stream.below(20);
        const Layer layer(rows, cols, stream);
        const LivingNeurons living(layer.rows, layer.cols);
        const Pattern among = living.among(layer.mask);
        CHECK(among.rows() == static_cast<std::size_t>(std::ranges::count(layer.rows, 0)));
        CHECK(among.cols() == static_cast<std::size_t>(std::ranges::count(layer.cols, 0)));
        CHECK(among.edges() == layer.mask.edges());
        CHECK(living.back(among) == layer.mask);
        CHECK(living.among(Pattern::full(layer.rows.size(), layer.cols.size())).density() == 1.0);
    }
}

TEST_CASE("living neurons: whatever the rule, nothing grows at the dead, and numbers hold", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const GrowRule& rule : grow_rules()) {
        INFO(rule.name);
        for (int k = 0; k < 20; ++k) {
            const std::size_t rows = 2 + stream.below(20);
            const std::size_t cols = 2 + stream.below(20);
            const Layer layer(rows, cols, stream);
            const LivingNeurons living(layer.rows, layer.cols);
            const std::size_t count = layer.mask.edges() / 3;
            ExploredPositions explored(layer.mask.positions(), 1000);
            explored.add(layer.mask);
            const PatternUpdate update = exchanged(layer, rule, &living, count, &explored);
            CHECK(update.pattern.edges() == layer.mask.edges());
            CHECK(without_neurons(update.pattern, layer.rows, layer.cols) == update.pattern);
            for (std::size_t e = 0; e < update.source.size(); ++e) {
                if (update.source[e] == PatternUpdate::grown_here) continue;
                CHECK(layer.mask.flat()[update.source[e]] == update.pattern.flat()[e]);
            }
        }
    }
}

TEST_CASE("living neurons: by gradient, as where the dead have none at all", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int k = 0; k < 30; ++k) {
        const std::size_t rows = 2 + stream.below(20);
        const std::size_t cols = 2 + stream.below(20);
        Layer layer(rows, cols, stream);
        const LivingNeurons living(layer.rows, layer.cols);
        const std::size_t count = layer.mask.edges() / 3;
        const PatternUpdate among = exchanged(layer, grow_gradient(), &living, count);
        for (std::size_t p = 0; p < layer.gradient.size(); ++p) {  // the living have some, so that they come first
            const bool dead = layer.rows[p / layer.cols.size()] != 0 || layer.cols[p % layer.cols.size()] != 0;
            if (dead) layer.gradient[p] = 0.0F;
        }
        CHECK(among.pattern == exchanged(layer, grow_gradient(), nullptr, count).pattern);
    }
}

TEST_CASE("living neurons: the same for any number of threads", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Layer layer(400, 300, stream);
    const LivingNeurons living(layer.rows, layer.cols);
    for (const GrowRule& rule : {grow_random(), grow_gradient(), grow_cosine_sim(), grow_gradient_sampled()}) {
        const Pattern once = exchanged(layer, rule, &living, layer.mask.edges() / 3).pattern;
        set_threads(4);
        CHECK((exchanged(layer, rule, &living, layer.mask.edges() / 3).pattern == once));
        set_threads(1);
    }
}

}  // namespace espalier::sparsity
