#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/page/layers_table.hpp>
#include <espalier/page/matching_work.hpp>
#include <espalier/page/tables.hpp>
#include <espalier/topology/graph/degree.hpp>

namespace espalier::page {
namespace {

using topology::Layer;
using topology::Topology;

/// What the layers of each chosen run are compared with.
struct Distances {
    std::string column;                       ///< "NNSTD to rigl s0"; empty: no distances
    std::vector<std::vector<double>> values;  ///< [chosen][layer]
};

/// To the first run; of one run alone from its start to its end.
Distances distances_of(const Course& course, const std::vector<std::size_t>& chosen,
                       std::vector<std::string>& left_out) {
    const bool is_alone = chosen.size() == 1;
    const Topology& first = is_alone ? course.at.front()[chosen.front()] : course.last()[chosen.front()];
    if (is_alone && !course.has_start(chosen.front())) return {};
    const topology::Distance& distance = distance_for(first);
    const std::string name = distance.name == "nnstd" ? "NNSTD" : "NNSTD, layer by layer,";
    Distances found{.column = name + (is_alone ? " to its start" : " to " + first.label), .values = {}};
    double work = 0.0;
    for (const std::size_t run : chosen) {
        const Topology& own = course.last()[run];
        const bool is_first = run == chosen.front() && !is_alone;
        if (!is_first) work += matching_work(own);
        if (work > most_layer_matching_work) {
            left_out.push_back("distances in the table of layers: they would take minutes");
            return {};
        }
        found.values.push_back(is_first ? std::vector<double>(own.layers.size(), 0.0)
                                        : topology::measure(distance, first, own).values);
    }
    return found;
}

std::string shape_of(const Layer& layer) {
    std::string text;
    for (const std::size_t side : layer.shape) text += (text.empty() ? "" : " \u00d7 ") + std::to_string(side);
    return text;
}

/// By how much the second singular value stays below the bound, or why there is none.
Json gap_cell(const Spectrum& spectrum) {
    const double gap = spectrum.bound - spectrum.sigma_2;
    if (!std::isnan(gap)) return rounded_number(gap);
    return spectrum.gap_reason.empty() ? Json(nullptr) : Json("undefined: " + spectrum.gap_reason);
}

/// A singular value, of a list that need not be there.
Json sigma_cell(const Spectrum& spectrum, std::size_t place, double otherwise) {
    return rounded_number(place < spectrum.values.size() ? spectrum.values[place] : otherwise);
}

Json row_of(const std::string& run, const Layer& layer, const Spectrum& spectrum) {
    const auto dead = [](const std::vector<std::uint32_t>& degrees) { return std::ranges::count(degrees, 0U); };
    const double positions = static_cast<double>(layer.pattern.rows()) * static_cast<double>(layer.pattern.cols());
    const double density = static_cast<double>(layer.pattern.edges()) / positions;
    return Json::array({run, plain_layer_name(layer.name), shape_of(layer), layer.pattern.edges(),
                        rounded_number(density), sigma_cell(spectrum, 0, spectrum.sigma_1),
                        sigma_cell(spectrum, 1, spectrum.sigma_2), rounded_number(spectrum.bound), gap_cell(spectrum),
                        dead(topology::output_degrees(layer.pattern)), dead(topology::input_degrees(layer.pattern))});
}

Json columns_json(const Distances& distances) {
    Json columns = Json::array({column_json("run", "text"), column_json("layer", "text"), column_json("shape", "text"),
                                column_json("edges", "number"), column_json("density", "percent"),
                                column_json("\u03c3\u2081", "number"), column_json("\u03c3\u2082", "number"),
                                column_json("Ramanujan bound", "number"), column_json("gap", "number"),
                                column_json("dead outputs", "number"), column_json("dead inputs", "number")});
    if (!distances.column.empty()) columns.push_back(column_json(distances.column, "number"));
    return columns;
}

std::string sentence_of(const std::vector<const Spectrum*>& all) {
    std::size_t within = 0;
    std::size_t beyond = 0;
    for (const Spectrum* spectrum : all) {
        const double gap = spectrum->bound - spectrum->sigma_2;
        within += gap >= 0.0;
        beyond += gap < 0.0;
    }
    const std::size_t none = all.size() - within - beyond;
    std::string text = fmt::format("Of {}, {} within the Ramanujan bound and {} beyond it",
                                   count_text(all.size(), "layer"), within, beyond);
    return text + (none > 0 ? fmt::format("; of {} it is not defined.", none) : ".");
}

}  // namespace

Json layers_table(const Course& course, const std::vector<std::size_t>& chosen, const Spectra& spectra,
                  std::vector<std::string>& left_out) {
    if (chosen.empty()) return nullptr;
    const Distances distances = distances_of(course, chosen, left_out);
    Json rows = Json::array();
    std::vector<const Spectrum*> all;
    for (std::size_t k = 0; k < chosen.size(); ++k) {
        const Topology& own = course.last()[chosen[k]];
        for (std::size_t l = 0; l < own.layers.size(); ++l) {
            Json row = row_of(own.label, own.layers[l], spectra[k][l]);
            if (!distances.column.empty()) row.push_back(rounded_number(distances.values[k][l]));
            rows.push_back(std::move(row));
            all.push_back(&spectra[k][l]);
        }
    }
    const std::string hint = "of masks, 0 and 1; gap: the bound minus \u03c3\u2082, dead neurons left out";
    return {
        {"id", "layers"},          {"title", "Layers"},           {"hint", hint}, {"columns", columns_json(distances)},
        {"rows", std::move(rows)}, {"sentence", sentence_of(all)}};
}

}  // namespace espalier::page
