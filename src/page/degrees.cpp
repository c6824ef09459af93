#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/page/degrees.hpp>
#include <espalier/topology/graph/degree.hpp>

namespace espalier::page {
namespace {

using Degrees = std::span<const std::uint32_t>;
using topology::DegreeStatistics;

std::vector<std::uint64_t> bars_of(Degrees degrees, std::size_t width, std::size_t count) {
    std::vector<std::uint64_t> bars(count, 0);
    const std::vector<std::uint64_t> histogram = topology::degree_histogram(degrees);
    for (std::size_t degree = 0; degree < histogram.size(); ++degree) bars[degree / width] += histogram[degree];
    return bars;
}

std::string statistics_text(const DegreeStatistics& of) {
    std::string text = fmt::format("{:.1f} connections on average, deviation {:.1f}", of.mean, of.std);
    if (of.dead > 0) text += ", " + std::to_string(of.dead) + " with none";
    return text;
}

/// @param first  at the start; null where there is none
Json side_json(const std::vector<std::uint32_t>* first, Degrees last, const std::string& what) {
    const DegreeBars bars = degree_bars(first == nullptr ? Degrees() : *first, last);
    return {{"width", bars.width},
            {"first", first == nullptr ? Json(nullptr) : Json(bars.first)},
            {"last", bars.last},
            {"seen", first == nullptr ? degree_sentence(last, what) : degree_sentence(*first, last, what)}};
}

/// @param first  at the start; null where there is none
Json layer_json(const topology::Layer* first, const topology::Layer& last) {
    const auto side = [&](auto degrees, std::size_t count, const std::string& noun) {
        const std::string what = "The " + count_text(count, noun) + " of " + plain_layer_name(last.name);
        if (first == nullptr) return side_json(nullptr, degrees(last.pattern), what);
        const std::vector<std::uint32_t> before = degrees(first->pattern);
        return side_json(&before, degrees(last.pattern), what);
    };
    return Json::array({side(topology::output_degrees, last.pattern.rows(), "output"),
                        side(topology::input_degrees, last.pattern.cols(), "input")});
}

}  // namespace

DegreeBars degree_bars(Degrees first, Degrees last) {
    std::size_t most = 0;
    for (const Degrees degrees : {first, last}) {
        for (const std::uint32_t degree : degrees) most = std::max<std::size_t>(most, degree);
    }
    DegreeBars bars;
    bars.width = most / most_bars + 1;
    const std::size_t count = most / bars.width + 1;
    bars.first = bars_of(first, bars.width, count);
    bars.last = bars_of(last, bars.width, count);
    return bars;
}

std::string degree_sentence(Degrees first, Degrees last, const std::string& what) {
    if (first.empty() || last.empty()) return what + " are none.";
    const std::string before = statistics_text(topology::degree_statistics(first));
    const std::string after = statistics_text(topology::degree_statistics(last));
    if (std::ranges::equal(first, last)) return what + " have " + after + ", each as at the start.";
    if (before == after) return what + " have " + after + ", at the start and at the end.";
    return what + " have " + after + "; at the start " + before + ".";
}

std::string degree_sentence(Degrees only, const std::string& what) {
    if (only.empty()) return what + " are none.";
    return what + " have " + statistics_text(topology::degree_statistics(only)) + ".";
}

Json degrees_json(const Course& course, const std::vector<std::size_t>& chosen) {
    Json json = {{"runs", Json::array()}, {"layers", Json::array()}, {"bars", Json::array()}};
    for (const topology::Layer& layer : course.last().front().layers)
        json["layers"].push_back(plain_layer_name(layer.name));
    for (const std::size_t run : chosen) {
        const topology::Topology& first = course.at.front()[run];
        const topology::Topology& last = course.last()[run];
        Json layers = Json::array();
        for (std::size_t k = 0; k < last.layers.size(); ++k) {
            layers.push_back(layer_json(course.has_start(run) ? &first.layers[k] : nullptr, last.layers[k]));
        }
        json["runs"].push_back(course.runs[run]);
        json["bars"].push_back(std::move(layers));
    }
    return json;
}

}  // namespace espalier::page
