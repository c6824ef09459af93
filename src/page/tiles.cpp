#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include <fmt/format.h>

#include <espalier/page/axis.hpp>
#include <espalier/page/curve_sentences.hpp>
#include <espalier/page/tiles.hpp>

namespace espalier::page {
namespace {

const BandChart* find_chart(const std::vector<BandChart>& charts, const std::string& id) {
    const auto found = std::ranges::find(charts, id, &BandChart::id);
    return found == charts.end() ? nullptr : &*found;
}

Tile runs_tile(const PageRuns& all) {
    const auto finished =
        static_cast<std::size_t>(std::ranges::count(all.records, "finished", &sweep::RunRecord::status));
    const bool is_all = finished == all.records.size();
    if (all.records.size() == 1) return {"1", "run, " + all.records.front().status};
    return {std::to_string(all.records.size()),
            "runs" + std::string(is_all ? ", all finished" : fmt::format(", {} finished", finished))};
}

/// Mean of what each run of the group that means count measured last: seeds need not have ended at one step.
double mean_of_last(const PageRuns& all, const Band& band, double sweep::Evaluation::*member) {
    double sum = 0.0;
    std::size_t runs = 0;
    for (const std::size_t run : all.groups[band.group].counted) {
        const double last = last_measured(all.record(all.runs[run]), member);
        if (std::isnan(last)) continue;
        sum += last;
        ++runs;
    }
    return sum / static_cast<double>(runs);
}

/// The group whose mean ends best.
Tile best_tile(const PageRuns& all, const BandChart& chart, bool is_accuracy) {
    const auto member = is_accuracy ? &sweep::Evaluation::test_accuracy : &sweep::Evaluation::test_loss;
    const auto end = [&](const Band& band) { return mean_of_last(all, band, member); };
    const auto better = [&](const Band& a, const Band& b) { return is_accuracy ? end(a) < end(b) : end(a) > end(b); };
    const Band& best = *std::ranges::max_element(chart.bands, better);
    const std::string what = is_accuracy ? "test accuracy" : "test loss";
    const std::string kind = best.runs > 1 ? "mean " + what : what;
    return {value_text(end(best), chart.unit),
            (chart.bands.size() > 1 ? "best " : "") + kind + " (" + best.label + ")"};
}

/// "8.0 %" or "5.0 % to 20.0 %", at the end of training.
Tile range_tile(const BandChart& chart, const std::string& label) {
    double low = chart.bands.front().mean.back();
    double high = low;
    for (const Band& band : chart.bands) {
        low = std::min(low, band.mean.back());
        high = std::max(high, band.mean.back());
    }
    const std::string from = value_text(low, chart.unit);
    const std::string to = value_text(high, chart.unit);
    const bool both_percent = from.ends_with(" %") && to.ends_with(" %");
    const std::string shorter = both_percent ? from.substr(0, from.size() - 2) : from;
    return {from == to ? from : shorter + " to " + to, label};
}

/// What the runs say, each text once, in the order in which they come; none where one of them does not say it.
template <class Said>
std::vector<std::string> said_by_all(const PageRuns& all, const Said& said) {
    std::vector<std::string> values;
    for (const PageRun& run : all.runs) {
        const std::optional<std::string> one = said(all.record(run));
        if (!one) return {};
        if (std::ranges::find(values, *one) == values.end()) values.push_back(*one);
    }
    return values;
}

std::optional<std::string> dataset_of(const sweep::RunRecord& run) {
    return run.knows("data.dataset") ? std::optional(run.config.data.dataset) : std::nullopt;
}

/// As it was asked for; where that is not known, as it was measured, to two digits.
std::optional<std::string> density_of(const sweep::RunRecord& run) {
    if (run.knows("sparsity.density")) return fmt::format("{}", run.config.sparsity.density);
    const double measured = run.result("density");
    return std::isnan(measured) ? std::nullopt : std::optional(fmt::format("{:.2g}", measured));
}

std::string some_of(const std::vector<std::string>& names, const std::string& noun) {
    constexpr std::size_t most_named = 3;
    return names.size() <= most_named ? and_text(names) : count_text(names.size(), noun);
}

std::vector<std::string> labels_of(const PageRuns& all) {
    std::vector<std::string> labels;
    for (const PageGroup& group : all.groups) labels.push_back(group.label);
    return labels;
}

/// "64-128-96-10" of a chain of linear layers; else how many layers have weights.
std::string widths_text(const training::RunSummary& run) {
    std::string widths;
    std::size_t layers = 0;
    bool is_linear = true;
    for (const training::LayerInfo& layer : run.info.layers) {
        if (layer.shape.size() < 2) continue;
        is_linear = is_linear && layer.shape.size() == 2 && !layer.inputs;
        if (layers++ == 0) widths = std::to_string(layer.shape[1]);
        widths.append("-").append(std::to_string(layer.shape[0]));
    }
    return is_linear && layers > 0 && layers < 9 ? widths : count_text(layers, "layer") + " with weights";
}

}  // namespace

std::vector<Tile> tiles(const PageRuns& all, const std::vector<BandChart>& charts) {
    std::vector<Tile> found = {runs_tile(all)};
    if (const BandChart* accuracy = find_chart(charts, "test_accuracy")) {
        found.push_back(best_tile(all, *accuracy, true));
    } else if (const BandChart* loss = find_chart(charts, "test_loss")) {
        found.push_back(best_tile(all, *loss, false));
    }
    if (const BandChart* density = find_chart(charts, "density")) {
        found.push_back(range_tile(*density, "of weights kept at the end"));
    }
    if (const BandChart* explored = find_chart(charts, "exploration_rate")) {
        found.push_back(range_tile(*explored, "of positions explored (R_s)"));
    }
    return found;
}

std::string title_of(const PageRuns& all) {
    const std::vector<std::string> datasets = said_by_all(all, dataset_of);
    const std::vector<std::string> densities = said_by_all(all, density_of);
    std::string title = datasets.empty() ? some_of(labels_of(all), "group") : some_of(datasets, "dataset");
    if (densities.size() == 1 && densities.front() != "1") title += " at density " + densities.front();
    return title;
}

std::string subtitle_of(const PageRuns& all) {
    std::set<std::string> networks;
    for (const PageRun& run : all.runs) {
        const sweep::RunRecord& record = all.record(run);
        networks.insert((record.knows("model.kind") ? record.config.model.kind + " " : "") + widths_text(run.summary));
    }
    std::string text = all.name.empty() ? "" : all.name + " \u00b7 ";
    text += count_text(all.records.size(), "run") + " \u00b7 " + count_text(all.groups.size(), "group");
    text += " \u00b7 " + (networks.size() == 1 ? *networks.begin() : std::to_string(networks.size()) + " networks");
    return text;
}

}  // namespace espalier::page
