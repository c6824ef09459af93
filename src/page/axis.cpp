#include <algorithm>
#include <cmath>

#include <espalier/page/axis.hpp>

namespace espalier::page {
namespace {

using sweep::Evaluation;

/// Optimizer steps an epoch has, from the last evaluation that says both; NaN where none does.
double steps_of_epoch(const sweep::RunRecord& run) {
    for (auto at = run.evaluations.rbegin(); at != run.evaluations.rend(); ++at) {
        if (at->step > 0 && at->epoch > 0.0) return static_cast<double>(at->step) / at->epoch;
    }
    return std::nan("");
}

bool have_own_epochs(const Measured& run) {
    double before = -INFINITY;
    for (std::size_t k = 0; k < run.y.size(); ++k) {
        if (!std::isfinite(run.y[k])) continue;
        if (!std::isfinite(run.epochs[k]) || run.epochs[k] <= before) return false;
        before = run.epochs[k];
    }
    return true;
}

}  // namespace

void Measured::add(double step, double epoch, double value) {
    steps.push_back(step);
    epochs.push_back(epoch);
    y.push_back(value);
}

bool have_epochs(std::span<const Measured> all) {
    return std::ranges::all_of(all, have_own_epochs);
}

void put_bands(BandChart& chart, const PageRuns& all, const std::vector<std::vector<Measured>>& measured) {
    const bool by_epoch = std::ranges::all_of(measured, [](const auto& runs) { return have_epochs(runs); });
    chart.x_name = by_epoch ? "epoch" : "step";
    for (std::size_t g = 0; g < measured.size(); ++g) {
        std::vector<Line> lines;
        for (const Measured& run : measured[g]) lines.push_back({by_epoch ? run.epochs : run.steps, run.y});
        Band band = band_over(all.groups[g].label, g, lines);
        if (!band.is_empty()) chart.bands.push_back(std::move(band));
    }
}

double epoch_of_step(const sweep::RunRecord& run, double step) {
    for (const Evaluation& at : run.evaluations) {
        if (static_cast<double>(at.step) == step && std::isfinite(at.epoch)) return at.epoch;
    }
    return step == 0.0 ? 0.0 : step / steps_of_epoch(run);
}

double last_measured(const sweep::RunRecord& run, double Evaluation::*member) {
    for (auto at = run.evaluations.rbegin(); at != run.evaluations.rend(); ++at) {
        if (std::isfinite((*at).*member)) return (*at).*member;
    }
    return std::nan("");
}

}  // namespace espalier::page
