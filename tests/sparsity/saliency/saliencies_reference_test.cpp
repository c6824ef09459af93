#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/nn/models/slaks.hpp>
#include <espalier/sparsity/saliency/grasp.hpp>
#include <espalier/sparsity/saliency/ranking.hpp>
#include <espalier/sparsity/saliency/snip.hpp>
#include <espalier/sparsity/saliency/synflow.hpp>

#include "nn/numbers.hpp"
#include "sparsity/decision_values.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

const std::string pai = "pai_resnet8_w4/";

/// The residual network that the programs scored, with its two batches.
struct ScoredResnet {
    nn::NetworkSpec spec = nn::network_spec("cifar_resnet_8_4", {}, {3, 8, 8}, 10);
    nn::Network<double> network;
    SaliencyProblem problem;

    explicit ScoredResnet(const DecisionValues& values) : network(nn::build<double>(spec, full_masks(spec), {})) {
        for (const nn::ParameterEntry<double>& entry : network.table().entries()) {
            if (!entry.parameter->is_trained()) continue;
            std::ranges::copy(values.numbers(pai + "init/" + entry.path()), entry.parameter->values.begin());
        }
        problem.network = &network;
        const auto names = spec.weight_names();
        const auto shapes = spec.weight_shapes();
        for (std::size_t l = 0; l < names.size(); ++l) problem.layers.push_back({names[l], shapes[l]});
        const std::vector<double> x = values.numbers(pai + "x");
        const std::vector<double> y = values.numbers(pai + "y");
        for (std::size_t b = 0; b < 2; ++b) {
            Samples& samples = problem.batches.emplace_back();
            samples.inputs.resize(spec.inputs, 10);
            for (std::size_t lane = 0; lane < 10; ++lane) {
                const std::size_t sample = 10 * b + lane;
                samples.labels.push_back(static_cast<std::uint32_t>(y[sample]));
                for (std::size_t f = 0; f < spec.inputs; ++f)
                    samples.inputs.view().row(f)[lane] = x[sample * spec.inputs + f];
            }
        }
    }
    ScoredResnet(const ScoredResnet&) = delete;

    static std::vector<Pattern> full_masks(const nn::NetworkSpec& spec) {
        std::vector<Pattern> masks;
        for (const std::size_t k : spec.weighted())
            masks.push_back(Pattern::full(spec.nodes[k].weight->rows(), spec.nodes[k].weight->cols()));
        return masks;
    }

    /// What the programs keep: all but the floor((1 - D) N) lowest.
    std::size_t programs_count(double density) const {
        const std::size_t all = problem.positions();
        return all - static_cast<std::size_t>((1.0 - density) * static_cast<double>(all));
    }
    void ask_for(double density) {
        for (ScoredLayer& layer : problem.layers)
            layer.kept = static_cast<std::size_t>(std::floor(density * static_cast<double>(positions(layer.shape))));
        const auto wanted =
            static_cast<std::size_t>(std::floor(density * static_cast<double>(problem.positions()) + 0.5));
        problem.layers.back().kept += wanted - problem.kept();  // only the sum counts
    }
};

LayerScores scores_of(ScoredResnet& made, const std::string& mode) {
    made.problem.options.running_statistics = mode.ends_with("_eval");
    if (mode.starts_with("snip")) return snip_scores(made.problem);
    if (mode.starts_with("grasp")) return grasp_scores(made.problem);
    return synflow_scores(made.problem);
}

/// Scores against the program's, up to a common factor: SNIP's and GraSP's are divided by their sum there, which of
/// GraSP in training mode is a millionth of its terms.
void check_scores(const DecisionValues& values, const ScoredResnet& made, const std::string& mode,
                  const LayerScores& scores) {
    Numbers ours;
    Numbers theirs;
    for (std::size_t l = 0; l < scores.size(); ++l) {
        const std::string name = pai + "score/" + mode + "/" + made.problem.layers[l].name + ".weight";
        if (!values.has(name)) continue;
        const Numbers expected = values.numbers(name);
        REQUIRE(expected.size() == scores[l].size());
        ours.insert(ours.end(), scores[l].begin(), scores[l].end());
        theirs.insert(theirs.end(), expected.begin(), expected.end());
    }
    const double factor = mode.starts_with("synflow")
                              ? 1.0
                              : std::inner_product(ours.begin(), ours.end(), theirs.begin(), 0.0) /
                                    std::inner_product(ours.begin(), ours.end(), ours.begin(), 0.0);
    CHECK(factor > 0.0);
    for (double& score : ours) score *= factor;
    // GraSP's product is a difference of gradients (definitions.md 2.10).
    CHECK(difference(ours, theirs, 0.0) < (mode.starts_with("grasp") ? 1e-8 : 1e-9));
}

/// Masks of the names pai/mask/<mode>/<density>/<layer>, or nothing.
std::vector<Pattern> masks_of(const DecisionValues& values, const ScoredResnet& made, const std::string& part) {
    std::vector<Pattern> masks;
    for (const ScoredLayer& layer : made.problem.layers) {
        const std::string name = pai + "mask/" + part + "/" + layer.name + ".weight";
        if (values.has(name)) masks.push_back(values.mask(name));
    }
    return masks;
}

std::size_t count_of(const std::vector<Pattern>& masks) {
    std::size_t sum = 0;
    for (const Pattern& mask : masks) sum += mask.edges();
    return sum;
}

bool are_equal(const std::vector<Pattern>& a, const std::vector<Pattern>& b) {
    return std::ranges::equal(
        a, b, [](const Pattern& one, const Pattern& other) { return std::ranges::equal(one.flat(), other.flat()); });
}

/// SynFlow's program, its count of every round.
std::vector<Pattern> by_rounds(ScoredResnet& made, double density, std::size_t rounds) {
    const std::vector<nn::MaskedWeight<double>*> weights = made.problem.weights();
    std::vector<Pattern> masks;
    for (std::size_t round = 1; round <= rounds; ++round) {
        const double now = std::pow(density, static_cast<double>(round) / static_cast<double>(rounds));
        masks = keep_best(made.problem, synflow_scores(made.problem), made.programs_count(now));
        for (std::size_t l = 0; l < weights.size(); ++l) {
            AlignedVector<double>& all = weights[l]->parameter().values;
            AlignedVector<double> kept(all.size(), 0.0);
            for (const std::uint64_t position : masks[l].flat()) kept[position] = all[position];
            all = kept;
        }
    }
    return masks;
}

}  // namespace

TEST_CASE("saliencies: scores and masks of a residual network are those of the programs, in both modes of batch norm",
          "[sparsity][saliency][reference]") {
    with_decision_values([](const DecisionValues& values) {
        ScoredResnet made(values);
        for (const char* mode : {"snip_eval", "snip_train", "grasp_eval", "grasp_train", "synflow_eval"}) {
            INFO(mode);
            const LayerScores scores = scores_of(made, mode);
            check_scores(values, made, mode, scores);
            std::size_t compared = 0;
            for (const auto& [text, density] : {std::pair("0.3", 0.3), {"0.1", 0.1}, {"0.02", 0.02}}) {
                INFO("density " << text);
                const std::vector<Pattern> theirs = masks_of(values, made, std::string(mode) + "/" + text);
                if (theirs.empty()) continue;
                const std::size_t count = made.programs_count(density);
                CHECK(count_of(theirs) == count);
                CHECK(are_equal(keep_best(made.problem, scores, count), theirs));
                made.ask_for(density);
                CHECK(count - made.problem.kept() <= 1);  // rounded up there, to the nearest here
                ++compared;
            }
            CHECK(compared > 0);
        }
    });
}

TEST_CASE("saliencies: SNIP's layer densities of a SLaK network are its program's", "[sparsity][saliency][reference]") {
    const auto values = DecisionValues::outside();
    if (!values) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    nn::SlakShape shape{.widths = {6, 8, 10, 12}, .depths = {1, 1, 1, 1}, .kernels = {13, 11, 9, 7}};
    shape.layer_scale = 0.5;
    const nn::NetworkSpec spec = nn::slak_network(shape, {3, 32, 32}, 10);
    nn::Network<double> network = nn::build<double>(spec, ScoredResnet::full_masks(spec), {});
    for (const nn::ParameterEntry<double>& entry : network.table().entries()) {
        if (!entry.parameter->is_trained()) continue;
        std::ranges::copy(values->numbers("slak_update/init/" + entry.path()), entry.parameter->values.begin());
    }
    SaliencyProblem problem;
    problem.network = &network;
    const auto names = spec.weight_names();
    const auto shapes = spec.weight_shapes();
    for (std::size_t l = 0; l < names.size(); ++l) problem.layers.push_back({names[l], shapes[l]});
    const std::vector<double> x = values->numbers("slak_update/x");
    const std::vector<double> y = values->numbers("slak_update/y");
    Samples& samples = problem.batches.emplace_back();
    samples.inputs.resize(spec.inputs, y.size());
    for (std::size_t lane = 0; lane < y.size(); ++lane) {
        samples.labels.push_back(static_cast<std::uint32_t>(y[lane]));
        for (std::size_t f = 0; f < spec.inputs; ++f) samples.inputs.view().row(f)[lane] = x[lane * spec.inputs + f];
    }
    const nlohmann::ordered_json& decided = values->cases()["slak_update"];
    const double density = 1.0 - decided["sparsity"].get<double>();
    // Strictly above the floor(N D)-th largest: one fewer than asked for.
    const auto count = static_cast<std::size_t>(density * static_cast<double>(problem.positions())) - 1;
    const std::vector<Pattern> masks = keep_best(problem, snip_scores(problem), count);
    for (std::size_t l = 0; l < masks.size(); ++l) {
        INFO(names[l]);
        const double theirs = decided["snip_layer_densities"][names[l] + ".weight"];
        CHECK(masks[l].density() == Approx(theirs).epsilon(1e-12));
    }
}

TEST_CASE("saliencies: SynFlow's hundred rounds of a residual network are its program's",
          "[sparsity][saliency][reference]") {
    with_decision_values([](const DecisionValues& values) {
        ScoredResnet made(values);
        const std::vector<Pattern> theirs = masks_of(values, made, "synflow_100/0.02");
        REQUIRE(theirs.size() == made.problem.layers.size());
        // Two layers within blocks end empty: what goes around them keeps the network connected.
        CHECK(std::ranges::count_if(theirs, [](const Pattern& mask) { return mask.edges() == 0; }) == 2);
        made.ask_for(0.02);
        const std::vector<Pattern> ours = synflow(made.problem).masks;
        CHECK(count_of(ours) == made.problem.kept());
        CHECK(count_of(theirs) - count_of(ours) <= 1);
        std::size_t common = 0;
        for (std::size_t l = 0; l < ours.size(); ++l) {
            for (const std::uint64_t position : ours[l].flat())
                common += theirs[l].contains(position / ours[l].cols(), position % ours[l].cols()) ? 1 : 0;
        }
        CHECK(common == count_of(ours));
        CHECK(are_equal(by_rounds(made, 0.02, 100), theirs));
    });
}

TEST_CASE("saliencies: SynFlow's scores of a residual block's convolutions sum to one number",
          "[sparsity][saliency][reference]") {
    // Without biases what flows through a block flows through each of its convolutions, and around them.
    ScoredResnet made(DecisionValues::at_home());
    for (const nn::ParameterEntry<double>& entry : made.network.table().entries()) {
        const bool adds = entry.parameter->role == nn::Role::shift || entry.parameter->role == nn::Role::bias;
        if (adds) std::ranges::fill(entry.parameter->values, 0.0);
    }
    std::map<std::string, double> sums;
    const LayerScores scores = synflow_scores(made.problem);
    for (std::size_t l = 0; l < scores.size(); ++l)
        sums[made.problem.layers[l].name] = std::accumulate(scores[l].begin(), scores[l].end(), 0.0);
    const double all = sums["fc"];
    CHECK(sums["conv"] == Approx(all));
    for (const char* block : {"blocks.0.", "blocks.1.", "blocks.2."}) {
        const std::string name = block;
        CHECK(sums[name + "conv1"] == Approx(sums[name + "conv2"]));
        if (sums.contains(name + "shortcut.0"))
            CHECK(sums[name + "conv1"] + sums[name + "shortcut.0"] == Approx(all));
        else
            CHECK(sums[name + "conv1"] < all);
    }
}

TEST_CASE("saliencies: scores by running statistics leave the network as it was", "[sparsity][saliency]") {
    ScoredResnet made(DecisionValues::at_home());
    std::vector<AlignedVector<double>> before;
    for (const nn::ParameterEntry<double>& entry : made.network.table().entries())
        before.push_back(entry.parameter->values);
    const LayerScores by_running = scores_of(made, "snip_eval");
    const LayerScores by_batch = scores_of(made, "snip_train");
    CHECK(by_running != by_batch);
    CHECK(scores_of(made, "snip_eval") == by_running);
    std::size_t at = 0;
    for (const nn::ParameterEntry<double>& entry : made.network.table().entries())
        CHECK(entry.parameter->values == before[at++]);
}

}  // namespace espalier::sparsity
