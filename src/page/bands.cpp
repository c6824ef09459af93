#include <algorithm>
#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

#include <espalier/page/bands.hpp>

namespace espalier::page {
namespace {

bool is_measured(const Line& line) {
    return std::ranges::any_of(line.y, [](double y) { return std::isfinite(y); });
}

/// Values by x, as many as there are lines where all have one.
std::map<double, std::vector<double>> values_by_x(std::span<const Line> lines) {
    std::map<double, std::vector<double>> values;
    for (const Line& line : lines) {
        std::map<double, double> own;  // what a run measured twice at one place counts once, as it was last
        for (std::size_t k = 0; k < line.x.size(); ++k) {
            if (std::isfinite(line.y[k])) own[line.x[k]] = line.y[k];
        }
        for (const auto& [x, y] : own) values[x].push_back(y);
    }
    return values;
}

void thin_out(std::vector<double>& values) {
    const std::size_t count = values.size();
    if (count <= most_points) return;
    std::vector<double> kept;
    for (std::size_t k = 0; k < most_points; ++k) kept.push_back(values[k * (count - 1) / (most_points - 1)]);
    values = std::move(kept);
}

}  // namespace

Band band_over(std::string label, std::size_t group, std::span<const Line> lines) {
    Band band{.label = std::move(label), .group = group};
    band.runs = static_cast<std::size_t>(std::ranges::count_if(lines, is_measured));
    for (const auto& [x, values] : values_by_x(lines)) {
        if (values.size() < band.runs) continue;
        double sum = 0.0;
        for (const double value : values) sum += value;
        band.x.push_back(x);
        band.mean.push_back(sum / static_cast<double>(values.size()));
        band.low.push_back(std::ranges::min(values));
        band.high.push_back(std::ranges::max(values));
    }
    band.points = band.x.size();
    for (std::vector<double>* curve : {&band.x, &band.mean, &band.low, &band.high}) thin_out(*curve);
    return band;
}

void note_thinned(std::span<const BandChart> charts, std::vector<std::string>& left_out) {
    std::size_t most = 0;
    std::vector<std::string> thinned;
    for (const BandChart& chart : charts) {
        std::size_t points = 0;
        for (const Band& band : chart.bands) points = std::max(points, band.points);
        most = std::max(most, points);
        if (points > most_points) thinned.push_back(chart.title);
    }
    if (thinned.empty()) return;
    left_out.push_back("curves of " + and_text(thinned) + " have an even choice of " + std::to_string(most_points) +
                       " of up to " + count_text(most, "point"));
}

Json band_chart_json(const BandChart& chart) {
    Json bands = Json::array();
    for (const Band& band : chart.bands) {
        bands.push_back({{"group", band.group},
                         {"runs", band.runs},
                         {"x", rounded_numbers(band.x)},
                         {"mean", rounded_numbers(band.mean)},
                         {"low", rounded_numbers(band.low)},
                         {"high", rounded_numbers(band.high)}});
    }
    return {{"id", chart.id},         {"title", chart.title},      {"hint", chart.hint},        {"unit", chart.unit},
            {"x_name", chart.x_name}, {"bands", std::move(bands)}, {"sentence", chart.sentence}};
}

}  // namespace espalier::page
