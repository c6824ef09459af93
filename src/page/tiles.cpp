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
    const std::size_t topologies = all.topologies();
    const std::size_t runs = all.records.size() - topologies;
    if (runs == 0) return {std::to_string(topologies), topologies == 1 ? "topology" : "topologies"};
    const std::string more = topologies == 0 ? "" : ", and " + count_text(topologies, "topology");
    const auto finished =
        static_cast<std::size_t>(std::ranges::count(all.records, "finished", &sweep::RunRecord::status));
    if (runs == 1) return {"1", "run, " + all.records.front().status + more};
    const std::string how = finished == runs ? "all finished" : fmt::format("{} finished", finished);
    return {std::to_string(runs), "runs, " + how + more};
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

/// "8.0 %" or "5.0 % to 20.0 %".
Tile range_tile(const std::vector<double>& shares, const std::string& label) {
    const auto [low, high] = std::ranges::minmax(shares);
    const std::string from = value_text(low, "percent");
    const std::string to = value_text(high, "percent");
    return {from == to ? from : from.substr(0, from.size() - 2) + " to " + to, label};
}

/// What the runs that means count end with, a mean for each group that knows it.
std::vector<double> means_of(const PageRuns& all, const std::string& result) {
    std::vector<double> means;
    for (const PageGroup& group : all.groups) {
        double sum = 0.0;
        std::size_t runs = 0;
        for (const std::size_t run : group.counted) {
            const double value = all.record(all.runs[run]).result(result);
            if (std::isnan(value)) continue;
            sum += value;
            ++runs;
        }
        if (runs > 0) means.push_back(sum / static_cast<double>(runs));
    }
    return means;
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

std::vector<std::string> group_labels(const PageRuns& all) {
    std::vector<std::string> labels;
    for (const PageGroup& group : all.groups) labels.push_back(group.label);
    return labels;
}

/// "64-128-96-10" of a chain of linear layers; else how many layers have weights.
std::string widths_text(const training::RunSummary& run) {
    std::string widths;
    std::size_t layers = 0;
    bool is_linear = true;
    std::int64_t before = 0;
    for (const training::LayerInfo& layer : run.info.layers) {
        if (layer.shape.size() < 2) continue;
        const bool follows = layers == 0 || layer.shape[1] == before;
        is_linear = is_linear && layer.shape.size() == 2 && !layer.inputs && follows;
        before = layer.shape[0];
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
    const bool has_runs = all.records.size() > all.topologies();
    const std::vector<double> densities = means_of(all, "density");
    const std::vector<double> explored = means_of(all, "exploration_rate");
    if (!densities.empty()) {
        found.push_back(range_tile(densities, has_runs ? "of weights kept at the end" : "of weights kept"));
    }
    if (!explored.empty()) found.push_back(range_tile(explored, "of positions explored (R_s)"));
    return found;
}

std::string title_of(const PageRuns& all) {
    const std::vector<std::string> datasets = said_by_all(all, dataset_of);
    const std::vector<std::string> densities = said_by_all(all, density_of);
    std::string title = datasets.empty() ? some_of(group_labels(all), "group") : some_of(datasets, "dataset");
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
    const std::size_t topologies = all.topologies();
    const std::size_t runs = all.records.size() - topologies;
    std::vector<std::string> parts;
    if (runs > 0) {
        parts = {count_text(runs, "run"), count_text(all.groups.size() - topologies, "group")};
    }
    if (topologies > 0) parts.push_back(count_text(topologies, "topology"));
    for (const std::string& part : parts) text += (part == parts.front() ? "" : " \u00b7 ") + part;
    text += " \u00b7 " + (networks.size() == 1 ? *networks.begin() : std::to_string(networks.size()) + " networks");
    return text;
}

}  // namespace espalier::page
