#include <cmath>
#include <filesystem>

#include <espalier/base/text/named.hpp>
#include <espalier/page/curve_sentences.hpp>
#include <espalier/page/curves.hpp>
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

Line survival_of(const PageRuns& all, const PageRun& run) {
    const double per_epoch = steps_of_epoch(all.record(run));
    if (run.summary.snapshots.size() < 2 || std::isnan(per_epoch)) return {};
    const topology::SeriesMetric& metric = find_named(topology::series_metrics(), "evolution", "metric");
    topology::Settings settings = topology::settings_of(metric);
    settings.set("track", "none");
    const topology::SnapshotSeries series(all.record(run).file.string());
    const MetricValue network = metric.measure(series, settings).network;
    const MetricValue* steps = network.is_object() ? network.find("steps") : nullptr;
    const MetricValue* shares = network.is_object() ? network.find("survival") : nullptr;
    if (steps == nullptr || shares == nullptr || !steps->is_list() || !shares->is_list()) return {};
    Line line{steps->list(), shares->list()};
    for (double& x : line.x) x /= per_epoch;
    return line;
}

}  // namespace

BandChart survival_chart(const PageRuns& all, std::vector<std::string>& left_out, const Tell& tell) {
    BandChart chart{.id = "survival",
                    .title = "Survival of connections",
                    .hint = "share of the first mask's connections that are there, or there again",
                    .unit = "percent"};
    double work = 0.0;
    std::size_t skipped = 0;
    for (std::size_t g = 0; g < all.groups.size(); ++g) {
        std::vector<Line> lines;
        for (const std::size_t place : all.groups[g].counted) {
            const PageRun& run = all.runs[place];
            work += reading_work(all, run);
            if (work > most_survival_work) {
                ++skipped;
                continue;
            }
            tell(share_of(place, all.runs.size()), "survival of connections, " + run.label);
            lines.push_back(survival_of(all, run));
        }
        Band band = band_over(all.groups[g].label, g, lines);
        if (!band.is_empty()) chart.bands.push_back(std::move(band));
    }
    if (skipped > 0) {
        left_out.push_back("survival of connections of " + count_text(skipped, "run") + ": reading would take minutes");
    }
    chart.sentence = course_sentence(chart.bands, chart.unit, "The surviving share");
    return chart;
}

}  // namespace espalier::page
