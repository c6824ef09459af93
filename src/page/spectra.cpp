#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/base/threads/threads.hpp>
#include <espalier/page/degrees.hpp>
#include <espalier/page/spectra.hpp>
#include <espalier/topology/spectral/ramanujan_gap.hpp>
#include <espalier/topology/spectral/singular_values.hpp>

namespace espalier::page {
namespace {

using topology::Layer;
using topology::MetricValue;

double spectral_work(const Layer& layer) {
    const auto rows = static_cast<double>(layer.pattern.rows());
    const auto cols = static_cast<double>(layer.pattern.cols());
    return rows * cols * std::min(rows, cols);
}

double field_of(const MetricValue& value, const std::string& name) {
    const MetricValue* found = value.is_object() ? value.find(name) : nullptr;
    return found != nullptr && found->is_number() ? found->number() : std::nan("");
}

Spectrum spectrum_of(const Layer& layer, bool has_time) {
    Spectrum spectrum;
    const MetricValue gap = topology::ramanujan_gap_metric(layer);
    spectrum.bound = field_of(gap, "bound");
    spectrum.sigma_1 = field_of(gap, "sigma_1");
    spectrum.sigma_2 = field_of(gap, "sigma_2");
    if (gap.is_undefined()) spectrum.reason = spectrum.gap_reason = gap.reason();
    if (!has_time) {
        spectrum.reason = "the decomposition would take too long";
        return spectrum;
    }
    const MetricValue values = topology::singular_values_metric(layer);
    if (values.is_list()) spectrum.values = values.list();
    if (values.is_undefined()) spectrum.reason = values.reason();
    return spectrum;
}

/// Bars of equal width from 0 to the largest value.
Json bars_json(const std::vector<double>& values) {
    const double most = values.empty() ? 0.0 : values.front();
    const double width = most > 0.0 ? most / static_cast<double>(most_bars) : 1.0;
    std::vector<std::uint64_t> bars(values.empty() ? 0 : most_bars, 0);
    for (const double value : values) {
        bars[std::min(most_bars - 1, static_cast<std::size_t>(std::max(value, 0.0) / width))] += 1;
    }
    return {{"width", rounded_number(width)}, {"bars", bars}};
}

Json spectrum_json(const Spectrum& spectrum, const std::string& layer) {
    Json json = bars_json(spectrum.values);
    json["bound"] = rounded_number(spectrum.bound);
    json["seen"] = spectrum_sentence(spectrum, layer);
    return json;
}

}  // namespace

std::string spectrum_sentence(const Spectrum& spectrum, const std::string& layer) {
    if (spectrum.values.empty()) return "No singular values of " + layer + ": " + spectrum.reason + ".";
    const std::string largest =
        fmt::format("The largest singular value of {} is {:.3g}", layer, spectrum.values.front());
    if (std::isnan(spectrum.bound) || std::isnan(spectrum.sigma_2)) {
        return largest + "; no Ramanujan bound: " + spectrum.reason + ".";
    }
    const double gap = spectrum.bound - spectrum.sigma_2;
    const std::string second = fmt::format("the second, {:.3g}, lies {:.2g}", spectrum.sigma_2, std::abs(gap));
    const std::string bound = fmt::format("the Ramanujan bound of {:.3g}", spectrum.bound);
    if (gap >= 0.0) return largest + "; " + second + " below " + bound + ": as a Ramanujan graph has it.";
    return largest + "; " + second + " above " + bound + ": no Ramanujan graph.";
}

Spectra measure_spectra(const Course& course, const std::vector<std::size_t>& chosen,
                        std::vector<std::string>& left_out, const Tell& tell) {
    std::vector<char> has_time;
    double work = 0.0;
    for (const Layer& layer : course.last().front().layers) {
        const double more = spectral_work(layer) * static_cast<double>(chosen.size());
        has_time.push_back(work + more <= most_spectral_work);
        if (has_time.back()) work += more;
        if (!has_time.back())
            left_out.push_back("singular values of " + plain_layer_name(layer.name) + ": they would take minutes");
    }
    Spectra all;
    for (const std::size_t run : chosen) {
        tell(share_of(all.size(), chosen.size()), "singular values of " + course.last()[run].label);
        const std::vector<Layer>& layers = course.last()[run].layers;
        std::vector<Spectrum>& spectra = all.emplace_back(layers.size());
        parallel_for(layers.size(), [&](std::size_t k) { spectra[k] = spectrum_of(layers[k], has_time[k] != 0); });
    }
    return all;
}

Json spectra_json(const Course& course, const std::vector<std::size_t>& chosen, const Spectra& spectra) {
    Json json = {{"runs", Json::array()}, {"layers", Json::array()}, {"spectra", Json::array()}};
    for (const Layer& layer : course.last().front().layers) json["layers"].push_back(plain_layer_name(layer.name));
    for (std::size_t k = 0; k < chosen.size(); ++k) {
        const std::vector<Layer>& layers = course.last()[chosen[k]].layers;
        Json list = Json::array();
        for (std::size_t l = 0; l < layers.size(); ++l)
            list.push_back(spectrum_json(spectra[k][l], plain_layer_name(layers[l].name)));
        json["runs"].push_back(course.runs[chosen[k]]);
        json["spectra"].push_back(std::move(list));
    }
    return json;
}

}  // namespace espalier::page
