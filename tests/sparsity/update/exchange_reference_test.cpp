#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/sparsity/masks/largest_remainder.hpp>
#include <espalier/sparsity/update/density_schedule.hpp>
#include <espalier/sparsity/update/exchange.hpp>

#include "sparsity/decision_values.hpp"
#include "sparsity/position_rows.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

/// One convolution or linear layer as a program found it.
struct DecidedLayer {
    std::string name;
    Pattern mask;
    std::vector<float> weights;   ///< [kept]
    std::vector<float> gradient;  ///< [positions]
};

std::vector<float> floats(const std::vector<double>& numbers) {
    return {numbers.begin(), numbers.end()};
}

std::vector<float> kept_of(const std::vector<double>& all, const Pattern& mask) {
    std::vector<float> kept;
    for (const std::uint64_t position : mask.flat()) kept.push_back(static_cast<float>(all[position]));
    return kept;
}

std::vector<DecidedLayer> layers_before(const DecisionValues& values, const std::string& part) {
    std::vector<DecidedLayer> layers;
    const std::string which = part.substr(0, part.find('/'));
    for (const std::string& name : values.layers(part + "/mask")) {
        DecidedLayer layer{name, values.mask(part + "/mask/" + name), {}, {}};
        const std::string stage = values.has(part + "/weight/" + name) ? part : which + "/before";
        layer.weights = kept_of(values.numbers(stage + "/weight/" + name), layer.mask);
        layer.gradient = floats(values.numbers(which + "/gradient/" + name));
        layers.push_back(std::move(layer));
    }
    return layers;
}

std::vector<Pattern> masks_at(const DecisionValues& values, const std::string& part) {
    std::vector<Pattern> masks;
    for (const std::string& name : values.layers(part)) masks.push_back(values.mask(part + "/" + name));
    return masks;
}

std::size_t sum_of_edges(const std::vector<Pattern>& masks) {
    return std::accumulate(masks.begin(), masks.end(), std::size_t{0},
                           [](std::size_t sum, const Pattern& mask) { return sum + mask.edges(); });
}

/// Positions of one set of masks that another has not.
std::size_t beside(const std::vector<Pattern>& masks, const std::vector<Pattern>& others) {
    std::size_t count = 0;
    for (std::size_t l = 0; l < masks.size(); ++l) {
        const auto of_other = others[l].flat();
        const auto flat = masks[l].flat();
        count += static_cast<std::size_t>(std::ranges::count_if(
            flat, [&](std::uint64_t position) { return !std::ranges::binary_search(of_other, position); }));
    }
    return count;
}

/// GraNet's and ITOP's update: the smallest weights go, the largest gradients come.
struct MagnitudeAndGradient {
    DropRule drop = drop_magnitude();
    GrowRule grow = grow_gradient();
    UpdatePlan plan;

    MagnitudeAndGradient() {
        plan.drop = &drop;
        plan.grow = &grow;
        plan.drop_options.rounding = Rounding::ceil;
    }
    MagnitudeAndGradient(const MagnitudeAndGradient&) = delete;

    static DropContext context(const DecidedLayer& layer) {
        return {layer.mask, layer.weights, layer.weights, {}, 0.0, {}, test_stream()};
    }

    Pattern pruned(const DecidedLayer& layer, std::size_t dropped) const {
        return prune(plan, {}, context(layer), dropped).pattern;
    }
    /// The masks with so many weights in all.
    std::vector<Pattern> pruned_together(const std::vector<DecidedLayer>& layers, std::size_t kept) const {
        std::vector<std::vector<float>> scores;
        std::size_t has = 0;
        for (const DecidedLayer& layer : layers) {
            scores.push_back(drop_scores(drop, context(layer)));
            has += layer.mask.edges();
        }
        const std::vector<std::size_t> counts = global_drop_counts(scores, has - std::min(has, kept), 0);
        std::vector<Pattern> masks;
        for (std::size_t l = 0; l < layers.size(); ++l) masks.push_back(pruned(layers[l], counts[l]));
        return masks;
    }
    /// The masks with so many more, of all layers in one ranking, between the channels that are left.
    std::vector<Pattern> grown_together(const std::vector<DecidedLayer>& layers, const std::vector<Pattern>& masks,
                                        const std::vector<LivingNeurons>& living, std::size_t count) const {
        std::vector<std::vector<float>> scores;
        for (std::size_t l = 0; l < layers.size(); ++l) {
            const Pattern best = grown_by_exchange(plan, {}, context(masks[l], layers[l]), 0,
                                                   std::min(count, masks[l].positions() - masks[l].edges()),
                                                   source(layers[l], &living[l]));
            scores.emplace_back();
            for (const std::uint64_t p : best.flat()) scores.back().push_back(std::abs(layers[l].gradient[p]));
        }
        const std::vector<std::size_t> counts = global_grow_counts(scores, count);
        std::vector<Pattern> grown;
        for (std::size_t l = 0; l < layers.size(); ++l) {
            grown.push_back(
                exchange(plan, {}, context(masks[l], layers[l]), 0, counts[l], source(layers[l], &living[l])).pattern);
        }
        return grown;
    }
    static GrowSource source(const DecidedLayer& layer, const LivingNeurons* living) {
        return {rows_of(layer.gradient, layer.mask.cols()), nullptr, living, test_stream()};
    }
    /// With another mask of fewer weights, whose values growth does not look at.
    static DropContext context(const Pattern& mask, const DecidedLayer& layer) {
        return {mask, std::span(layer.weights).first(mask.edges()), {}, {}, 0.0, {}, test_stream()};
    }
    Pattern exchanged(const DecidedLayer& layer, std::size_t count) const {
        const GrowSource source{rows_of(layer.gradient, layer.mask.cols()), nullptr, nullptr, test_stream()};
        return exchange(plan, {}, context(layer), count, count, source).pattern;
    }
};

DensityPlan density_plan(const nlohmann::ordered_json& decided) {
    return {&find_named(density_schedules(), "cubic_events", "schedule"),
            decided["init_density"],
            decided["final_density"],
            0,
            decided["events"],
            1};
}

/// One of GraNet's events: pruning to the schedule's sparsity, then each layer's exchange.
void check_granet_event(const DecisionValues& values, const std::string& name, const nlohmann::ordered_json& decided) {
    const MagnitudeAndGradient rules;
    std::vector<DecidedLayer> layers = layers_before(values, name + "/before");
    const bool prunes_at_all = decided["method"] != "DST";
    const std::vector<Pattern> theirs = masks_at(values, name + (prunes_at_all ? "/pruned/mask" : "/before/mask"));
    const auto event = decided["event"].get<std::int64_t>();
    const double density = density_plan(decided).density(event);
    if (event <= decided["events"].get<std::int64_t>())
        CHECK(1.0 - density == Approx(decided["scheduled_sparsity"].get<double>()));
    const auto total = decided["total"].get<std::size_t>();
    const auto wanted = static_cast<std::size_t>(std::floor(density * static_cast<double>(total) + 0.5));
    const auto asked = decided["kept_asked"].get<std::size_t>();
    const bool prunes = sum_of_edges(theirs) != decided["kept"]["before"].get<std::size_t>();
    if (prunes) {
        // The program keeps what is above the threshold, one weight fewer than it asks for, and rounds down.
        CHECK(sum_of_edges(theirs) + 1 == asked);
        CHECK(rules.pruned_together(layers, asked - 1) == theirs);
        const std::vector<Pattern> ours = rules.pruned_together(layers, wanted);
        CHECK(sum_of_edges(ours) == wanted);
        CHECK(beside(theirs, ours) == 0);
        CHECK(beside(ours, theirs) == wanted - (asked - 1));
        CHECK(wanted - asked <= 1);
    }
    for (std::size_t l = 0; l < layers.size(); ++l) {
        INFO(layers[l].name);
        const std::vector<double> all = values.numbers(name + "/before/weight/" + layers[l].name);
        layers[l].mask = theirs[l];
        layers[l].weights = kept_of(all, theirs[l]);
        const double fraction = decided["method"] == "GMP" ? 0.0 : decided["prune_rate"].get<double>();
        const std::size_t count = rounded_share(fraction, theirs[l].edges(), Rounding::ceil);
        CHECK(rules.exchanged(layers[l], count) == values.mask(name + "/after/mask/" + layers[l].name));
    }
}

/// GraNet's event where every layer is pruned by itself; the classifier has a density of its own.
void check_uniform_event(const DecisionValues& values, const std::string& name, const nlohmann::ordered_json& decided) {
    const MagnitudeAndGradient rules;
    std::vector<DecidedLayer> layers = layers_before(values, name + "/before");
    const double density = density_plan(decided).density(decided["event"].get<std::int64_t>());
    std::vector<std::size_t> sizes;
    for (const DecidedLayer& layer : layers) sizes.push_back(layer.mask.positions());
    const std::vector<double> densities = densities_by_layer(sizes, density, 0.2);
    const std::vector<std::size_t> wanted = largest_remainder(densities, sizes);
    CHECK(std::accumulate(wanted.begin(), wanted.end(), std::size_t{0}) == decided["kept_asked"].get<std::size_t>());
    for (std::size_t l = 0; l < layers.size(); ++l) {
        INFO(layers[l].name);
        const Pattern theirs = values.mask(name + "/pruned/mask/" + layers[l].name);
        // The program rounds every layer down; together two weights are missing.
        const auto count = static_cast<std::size_t>(densities[l] * static_cast<double>(sizes[l]) + 1e-9);
        CHECK(rules.pruned(layers[l], layers[l].mask.edges() - count) == theirs);
        const Pattern ours = rules.pruned(layers[l], layers[l].mask.edges() - wanted[l]);
        CHECK(beside({theirs}, {ours}) == 0);
        CHECK(ours.edges() - theirs.edges() <= 1);
        layers[l].mask = theirs;
        layers[l].weights = kept_of(values.numbers(name + "/before/weight/" + layers[l].name), theirs);
        const std::size_t exchanged = rounded_share(decided["prune_rate"], theirs.edges(), Rounding::ceil);
        CHECK(rules.exchanged(layers[l], exchanged) == values.mask(name + "/after/mask/" + layers[l].name));
    }
}

/// Of each layer the channels that stay on both of its sides.
std::vector<LivingNeurons> living_of(const DecisionValues& values, const std::string& part,
                                     const nlohmann::ordered_json& decided) {
    std::vector<LivingNeurons> living;
    const std::vector<std::string> prunable = decided["prunable"];
    std::vector<std::uint8_t> gone_before;  // of the layer before, where its channels may go
    for (const std::string& name : values.layers(part + "/after_channels/mask")) {
        const Pattern mask = values.mask(part + "/after_channels/mask/" + name);
        std::vector<std::uint8_t> gone(mask.rows(), 0);
        if (std::ranges::find(prunable, name) != prunable.end()) {
            const std::vector<double> stay = values.numbers(part + "/channels_kept/" + name);
            for (std::size_t c = 0; c < gone.size(); ++c) gone[c] = stay[c] == 0.0 ? 1 : 0;
        }
        const bool reads_block = name.ends_with("conv2.weight") || name.ends_with("conv3.weight");
        std::vector<std::uint8_t> inputs(mask.cols(), 0);
        for (std::size_t c = 0; reads_block && c < inputs.size(); ++c)
            inputs[c] = gone_before[c / (mask.cols() / gone_before.size())];
        living.emplace_back(gone, inputs);
        gone_before = gone;
    }
    return living;
}

std::size_t nonzero(const Pattern& mask, const DecidedLayer& layer) {
    const auto flat = mask.flat();
    return static_cast<std::size_t>(
        std::ranges::count_if(flat, [&](std::uint64_t position) { return layer.gradient[position] != 0.0F; }));
}

/// ITOP's exchange; where fewer absent positions have a gradient than were dropped its program loses weights.
void check_itop(const DecisionValues& values, const std::string& name, const nlohmann::ordered_json& decided) {
    const MagnitudeAndGradient rules;
    for (const DecidedLayer& layer : layers_before(values, name + "/before")) {
        INFO(layer.name);
        const auto removed = decided["removed"][layer.name].get<std::size_t>();
        const std::size_t share = rounded_share(decided["death_rate"], layer.mask.edges(), Rounding::ceil);
        if (decided["rounded_weights_with_ties"].get<bool>()) {
            CHECK(removed >= share);  // equal weights go together there
        } else {
            CHECK(removed == share);
        }
        const Pattern theirs = values.mask(name + "/after/mask/" + layer.name);
        const Pattern ours = rules.exchanged(layer, removed);
        CHECK(ours.edges() == layer.mask.edges());
        if (theirs.edges() == layer.mask.edges()) {
            CHECK(ours == theirs);
            continue;
        }
        // All that have a gradient come in both; which of the others, is a matter of sorting zeros there.
        CHECK(name == "itop_ties");
        CHECK(theirs.edges() < ours.edges());
        CHECK(nonzero(ours, layer) == nonzero(theirs, layer));
        const Pattern survivors = rules.pruned(layer, removed);
        CHECK(beside({survivors}, {theirs}) == 0);
        CHECK(nonzero(ours, layer) - nonzero(survivors, layer) < removed);
    }
}

}  // namespace

TEST_CASE("exchange: GraNet's events on convolutions are those of its program", "[sparsity][reference]") {
    with_decision_values([](const DecisionValues& values) {
        std::size_t checked = 0;
        for (const auto& [name, decided] : values.cases().items()) {
            if (!decided.contains("method") || decided["method"] == "GraNet_uniform") continue;
            INFO(name);
            check_granet_event(values, name, decided);
            ++checked;
        }
        CHECK(checked > 0);
        const std::string uniform = "granet_uniform_event6";
        check_uniform_event(values, uniform, values.cases()[uniform]);
    });
}

TEST_CASE("exchange: ITOP's exchanges on convolutions are those of its program", "[sparsity][reference]") {
    with_decision_values([](const DecisionValues& values) {
        std::size_t checked = 0;
        for (const auto& [name, decided] : values.cases().items()) {
            if (!name.starts_with("itop_")) continue;
            INFO(name);
            check_itop(values, name, decided);
            ++checked;
        }
        CHECK(checked > 0);
    });
}

TEST_CASE("exchange: SLaK's exchange drops and grows exactly as its program", "[sparsity][reference]") {
    const auto values = DecisionValues::outside();
    if (!values) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    const MagnitudeAndGradient rules;
    const nlohmann::ordered_json& decided = values->cases()["slak_update"];
    const std::vector<DecidedLayer> layers = layers_before(*values, "slak_update/before");
    CHECK(layers.size() == 20);  // five of 25 were drawn dense enough to leave the masking
    for (const DecidedLayer& layer : layers) {
        INFO(layer.name);
        const std::size_t removed = decided["removed"][layer.name];
        CHECK(removed == rounded_share(decided["prune_rate"], layer.mask.edges(), Rounding::ceil));
        CHECK(rules.exchanged(layer, removed) == values->mask("slak_update/after/mask/" + layer.name));
    }
}

TEST_CASE("exchange: chase's pruning and growth beside removed channels are those of all layers",
          "[sparsity][reference]") {
    with_decision_values([](const DecisionValues& values) {
        const MagnitudeAndGradient rules;
        for (const char* name : {"chase_umm", "chase_umm_limits", "chase_wmm"}) {
            INFO(name);
            const std::string part = name;
            if (!values.cases().contains(part)) continue;
            const nlohmann::ordered_json& decided = values.cases()[part];
            const std::vector<DecidedLayer> layers = layers_before(values, part + "/after_channels");
            const std::vector<Pattern> pruned = masks_at(values, part + "/after_prune/mask");
            CHECK(rules.pruned_together(layers, sum_of_edges(pruned)) == pruned);
            // Its threshold is one of the absent weights' zeros where there is nothing to prune.
            const auto budget = static_cast<std::size_t>(decided["baseline_nonzero"].get<double>());
            const std::size_t has = decided["kept"]["after_channels"];
            if (has > budget) CHECK(sum_of_edges(pruned) - budget <= 2);
            if (has <= budget) CHECK(sum_of_edges(pruned) == has);
            const std::vector<Pattern> grown = masks_at(values, part + "/after_grow/mask");
            const double asked = decided["grow_to"].get<double>() * decided["total"].get<double>();
            CHECK(asked - static_cast<double>(sum_of_edges(grown)) < 2.0);  // one fewer than the whole number below
            CHECK(rules.grown_together(layers, pruned, living_of(values, part, decided),
                                       sum_of_edges(grown) - sum_of_edges(pruned)) == grown);
        }
    });
}

}  // namespace espalier::sparsity
