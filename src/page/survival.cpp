#include <filesystem>

#include <espalier/base/text/named.hpp>
#include <espalier/page/axis.hpp>
#include <espalier/page/curve_sentences.hpp>
#include <espalier/page/survival.hpp>
#include <espalier/topology/files/snapshot_series.hpp>
#include <espalier/topology/registry.hpp>
#include <espalier/topology/series/evolution.hpp>

namespace espalier::page {
namespace {

using topology::MetricValue;

/// Bytes of the file stand for what there is to read: most of a run file are its snapshots.
double reading_work(const PageRuns& all, const PageRun& run) {
    constexpr double bytes_of_weight = 4.0;  // compressed
    std::error_code failed;
    const auto bytes = std::filesystem::file_size(all.record(run).file, failed);
    return failed ? 0.0 : static_cast<double>(bytes) / bytes_of_weight;
}

Measured survival_of(const PageRuns& all, const PageRun& run) {
    const topology::SeriesMetric& metric = find_named(topology::series_metrics(), "evolution", "metric");
    topology::Settings settings = topology::settings_of(metric);
    settings.set("track", "none");
    const topology::SnapshotSeries series(all.record(run).file.string());
    const MetricValue network = metric.measure(series, settings).network;
    const MetricValue* steps = network.is_object() ? network.find("steps") : nullptr;
    const MetricValue* shares = network.is_object() ? network.find("survival") : nullptr;
    if (steps == nullptr || shares == nullptr || !steps->is_list() || !shares->is_list()) return {};
    Measured found{.steps = steps->list(), .epochs = {}, .y = shares->list()};
    for (const double step : found.steps) found.epochs.push_back(epoch_of_step(all.record(run), step));
    return found;
}

}  // namespace

BandChart survival_chart(const PageRuns& all, std::vector<std::string>& left_out, const Tell& tell) {
    BandChart chart{.id = "survival",
                    .title = "Survival of connections",
                    .hint = "share of the first mask's connections that are there, or there again",
                    .unit = "percent"};
    double work = 0.0;
    std::size_t skipped = 0;
    std::vector<std::vector<Measured>> measured(all.groups.size());
    for (std::size_t g = 0; g < all.groups.size(); ++g) {
        for (const std::size_t place : all.groups[g].counted) {
            const PageRun& run = all.runs[place];
            if (run.summary.snapshots.size() < 2) continue;
            work += reading_work(all, run);
            if (work > most_survival_work) {
                ++skipped;
                continue;
            }
            tell(share_of(place, all.runs.size()), "survival of connections, " + run.label);
            measured[g].push_back(survival_of(all, run));
        }
    }
    put_bands(chart, all, measured);
    if (skipped > 0) {
        left_out.push_back("survival of connections of " + count_text(skipped, "run") + ": reading would take minutes");
    }
    chart.sentence = course_sentence(chart.bands, chart.unit, "The surviving share");
    return chart;
}

}  // namespace espalier::page
