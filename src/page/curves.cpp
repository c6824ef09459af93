#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

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
    std::function<Line(const PageRuns&, const PageRun&)> line;
    std::function<std::string(const std::vector<Band>&)> sentence;
};

auto of_evaluations(double Evaluation::*member) {
    return [member](const PageRuns& all, const PageRun& run) {
        Line line;
        for (const Evaluation& at : all.record(run).evaluations) {
            line.x.push_back(at.epoch);
            line.y.push_back(at.*member);
        }
        return line;
    };
}

auto of_training(const std::string& column) {
    return [column](const PageRuns&, const PageRun& run) {
        Line line{run.summary.column<double>("train", "epoch"), run.summary.column<double>("train", column)};
        const std::size_t rows = std::min(line.x.size(), line.y.size());
        line.x.resize(rows);
        line.y.resize(rows);
        return line;
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
Line flops_line(const PageRuns& all, const PageRun& run) {
    const std::map<std::int64_t, double> dense = dense_flops(run.summary);
    const double per_epoch = steps_of_epoch(all.record(run));
    const auto steps = run.summary.column<std::int64_t>("topology", "step");
    const auto layers = run.summary.column<std::int64_t>("topology", "layer");
    const auto densities = run.summary.column<double>("topology", "density");
    if (dense.empty() || std::isnan(per_epoch) || steps.size() != layers.size() || steps.size() != densities.size()) {
        return {};
    }
    std::map<std::int64_t, double> now = dense;  // layers without rows are dense
    Line line;
    for (std::size_t row = 0; row < steps.size(); ++row) {
        const auto layer = dense.find(layers[row]);
        if (layer != dense.end()) now[layer->first] = densities[row] * layer->second;
        if (row + 1 < steps.size() && steps[row + 1] == steps[row]) continue;
        double sum = 0.0;
        for (const auto& [number, flops] : now) sum += flops;
        line.x.push_back(static_cast<double>(steps[row]) / per_epoch);
        line.y.push_back(sum);
    }
    const double end = all.record(run).evaluations.back().epoch;
    if (!line.x.empty() && line.x.back() < end) {  // a mask is there until the next, or the end
        line.x.push_back(end);
        line.y.push_back(line.y.back());
    }
    return line;
}

auto ranked(const std::string& unit, bool more_is_better) {
    return [=](const std::vector<Band>& bands) { return ranking_sentence(bands, unit, more_is_better); };
}

auto loss_seen() {
    return [](const std::vector<Band>& bands) {
        const std::string rise = rise_sentence(bands, "number");
        return ranking_sentence(bands, "number", false) + (rise.empty() ? "" : " " + rise);
    };
}

auto course(const std::string& unit, const std::string& what) {
    return [=](const std::vector<Band>& bands) { return course_sentence(bands, unit, what); };
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
        {"train_loss", "Training loss", "mean over the batches of an epoch, and over seeds", "number",
         of_training("loss"), ranked("number", false)},
        {"density", "Density", "share of the weights that is kept", "percent", of_evaluations(&E::density),
         course("percent", "The density")},
        {"exploration_rate", "Exploration R_s", "share of all positions that were ever in use", "percent",
         of_evaluations(&E::exploration_rate), course("percent", "The explored share")},
        {"flops", "FLOPs of a sample", "two a multiply-add of a kept weight, forward pass", "flops", flops_line,
         course("flops", "The cost of a sample")},
        {"seconds", "Time", "wall clock; runs side by side slow each other down", "seconds", of_training("seconds"),
         ranked("seconds", false)},
    };
    return table;
}

}  // namespace

double steps_of_epoch(const sweep::RunRecord& run) {
    for (auto at = run.evaluations.rbegin(); at != run.evaluations.rend(); ++at) {
        if (at->step > 0 && at->epoch > 0.0) return static_cast<double>(at->step) / at->epoch;
    }
    return std::nan("");
}

std::vector<BandChart> curves(const PageRuns& all) {
    std::vector<BandChart> charts;
    for (const Curve& curve : all_curves()) {
        BandChart chart{curve.id, curve.title, curve.hint, curve.unit};
        for (std::size_t g = 0; g < all.groups.size(); ++g) {
            std::vector<Line> lines;
            for (const std::size_t run : all.groups[g].counted) lines.push_back(curve.line(all, all.runs[run]));
            Band band = band_over(all.groups[g].label, g, lines);
            if (!band.is_empty()) chart.bands.push_back(std::move(band));
        }
        if (chart.bands.empty()) continue;
        chart.sentence = curve.sentence(chart.bands);
        charts.push_back(std::move(chart));
    }
    return charts;
}

}  // namespace espalier::page
