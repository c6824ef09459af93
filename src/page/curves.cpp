#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include <espalier/page/axis.hpp>
#include <espalier/page/curve_sentences.hpp>
#include <espalier/page/curves.hpp>

namespace espalier::page {
namespace {

using sweep::Evaluation;
using training::RunSummary;

/// How a curve is taken from a run, and what is said of it.
struct Curve {
    std::string id;
    std::string title;
    std::string hint;
    std::string unit;
    std::function<Measured(const PageRuns&, const PageRun&)> measured;
    std::function<std::string(const BandChart&)> sentence;
};

auto of_evaluations(double Evaluation::*member) {
    return [member](const PageRuns& all, const PageRun& run) {
        Measured found;
        for (const Evaluation& at : all.record(run).evaluations) {
            found.add(static_cast<double>(at.step), at.epoch, at.*member);
        }
        return found;
    };
}

auto of_training(const std::string& column) {
    return [column](const PageRuns&, const PageRun& run) {
        Measured found{run.summary.column<double>("train", "step"), run.summary.column<double>("train", "epoch"),
                       run.summary.column<double>("train", column)};
        const std::size_t rows = std::min(found.steps.size(), found.y.size());
        found.steps.resize(rows);
        found.epochs.resize(rows, std::nan(""));
        found.y.resize(rows);
        return found;
    };
}

/// What each layer with weights costs a sample with every weight kept; empty where a layer's uses are not known.
std::map<std::int64_t, double> dense_flops(const RunSummary& run) {
    std::map<std::int64_t, double> costs;
    for (std::size_t k = 0; k < run.info.layers.size(); ++k) {
        const training::LayerInfo& layer = run.info.layers[k];
        if (layer.shape.size() < 2) continue;
        const std::int64_t uses = layer.uses == 0 && layer.shape.size() == 2 ? 1 : layer.uses;
        if (uses == 0) return {};
        double positions = 1.0;
        for (const std::int64_t side : layer.shape) positions *= static_cast<double>(side);
        costs[static_cast<std::int64_t>(k)] = 2.0 * positions * static_cast<double>(uses);
    }
    return costs;
}

/// Two operations a multiply-add of a kept weight (definitions.md 3.15), whenever a mask changes.
Measured flops_of(const PageRuns& all, const PageRun& run) {
    const std::map<std::int64_t, double> dense = dense_flops(run.summary);
    const sweep::RunRecord& record = all.record(run);
    const auto steps = run.summary.column<std::int64_t>("topology", "step");
    const auto layers = run.summary.column<std::int64_t>("topology", "layer");
    const auto densities = run.summary.column<double>("topology", "density");
    if (dense.empty() || steps.size() != layers.size() || steps.size() != densities.size()) return {};
    std::map<std::int64_t, double> now = dense;  // layers without rows are dense
    Measured found;
    const auto add = [&](std::int64_t step, double flops) {
        const auto at = static_cast<double>(step);
        found.add(at, epoch_of_step(record, at), flops);
    };
    for (std::size_t row = 0; row < steps.size(); ++row) {
        const auto layer = dense.find(layers[row]);
        if (layer != dense.end()) now[layer->first] = densities[row] * layer->second;
        if (row + 1 < steps.size() && steps[row + 1] == steps[row]) continue;
        double sum = 0.0;
        for (const auto& [number, flops] : now) sum += flops;
        add(steps[row], sum);
    }
    if (found.y.empty() || record.evaluations.empty()) return found;
    const std::int64_t end = record.evaluations.back().step;
    if (steps.back() < end) add(end, found.y.back());  // a mask is there until the next, or the end
    return found;
}

auto ranked(const std::string& unit, bool more_is_better) {
    return [=](const BandChart& chart) { return ranking_sentence(chart.bands, unit, more_is_better); };
}

auto loss_seen() {
    return [](const BandChart& chart) {
        const std::string rise = rise_sentence(chart.bands, "number", chart.x_name);
        return ranking_sentence(chart.bands, "number", false) + (rise.empty() ? "" : " " + rise);
    };
}

auto course(const std::string& unit, const std::string& what) {
    return [=](const BandChart& chart) { return course_sentence(chart.bands, unit, what); };
}

const std::vector<Curve>& all_curves() {
    using E = Evaluation;
    const std::string band = "mean over seeds, band from the lowest to the highest seed";
    static const std::vector<Curve> table = {
        {"test_accuracy", "Test accuracy", band, "percent", of_evaluations(&E::test_accuracy), ranked("percent", true)},
        {"validation_accuracy", "Validation accuracy", band, "percent", of_evaluations(&E::validation_accuracy),
         ranked("percent", true)},
        {"test_loss", "Test loss", band, "number", of_evaluations(&E::test_loss), loss_seen()},
        {"validation_loss", "Validation loss", band, "number", of_evaluations(&E::validation_loss), loss_seen()},
        {"train_loss", "Training loss", "as runs log it: Espalier's the mean of an epoch; mean over seeds", "number",
         of_training("loss"), ranked("number", false)},
        {"density", "Density", "share of the weights that is kept", "percent", of_evaluations(&E::density),
         course("percent", "The density")},
        {"exploration_rate", "Exploration R_s", "share of all positions that were ever in use", "percent",
         of_evaluations(&E::exploration_rate), course("percent", "The explored share")},
        {"flops", "FLOPs of a sample", "two a multiply-add of a kept weight, forward pass", "flops", flops_of,
         course("flops", "The cost of a sample")},
        {"seconds", "Time", "wall clock; runs side by side slow each other down", "seconds", of_training("seconds"),
         ranked("seconds", false)},
    };
    return table;
}

}  // namespace

std::vector<BandChart> curves(const PageRuns& all) {
    std::vector<BandChart> charts;
    for (const Curve& curve : all_curves()) {
        BandChart chart{curve.id, curve.title, curve.hint, curve.unit};
        std::vector<std::vector<Measured>> measured(all.groups.size());
        for (std::size_t g = 0; g < all.groups.size(); ++g) {
            for (const std::size_t run : all.groups[g].counted) {
                measured[g].push_back(curve.measured(all, all.runs[run]));
            }
        }
        put_bands(chart, all, measured);
        if (chart.bands.empty()) continue;
        chart.sentence = curve.sentence(chart);
        charts.push_back(std::move(chart));
    }
    return charts;
}

}  // namespace espalier::page
