#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/page/connections.hpp>
#include <espalier/page/course.hpp>
#include <espalier/page/curves.hpp>
#include <espalier/page/degrees.hpp>
#include <espalier/page/distance_map.hpp>
#include <espalier/page/kernels.hpp>
#include <espalier/page/layers_table.hpp>
#include <espalier/page/page.hpp>
#include <espalier/page/robustness_tables.hpp>
#include <espalier/page/spectra.hpp>
#include <espalier/page/survival.hpp>
#include <espalier/page/tables.hpp>
#include <espalier/page/tickets_table.hpp>
#include <espalier/page/tiles.hpp>

namespace espalier::page {
namespace {

Json tiles_json(const std::vector<Tile>& tiles) {
    Json list = Json::array();
    for (const Tile& tile : tiles) list.push_back({{"value", tile.value}, {"label", tile.label}});
    return list;
}

Json groups_json(const PageRuns& all) {
    Json list = Json::array();
    for (const PageGroup& group : all.groups) list.push_back(group.label);
    return list;
}

Json runs_json(const PageRuns& all) {
    Json list = Json::array();
    for (const PageRun& run : all.runs) {
        const Json seed = run.mask ? Json(nullptr) : Json(all.record(run).seed);
        list.push_back({{"label", run.label}, {"group", run.group}, {"seed", seed}});
    }
    return list;
}

void add_tables(PageData& data, const PageRuns& all, Json layers, const Tell& tell) {
    std::vector<Json> tables = tickets_tables(all, data.left_out, tell);
    tables.insert(tables.begin(), means_table(all));
    tables.push_back(runs_table(all));
    tables.push_back(std::move(layers));
    tables.push_back(differences_table(all));
    std::ranges::move(robustness_tables(all, data.left_out), std::back_inserter(tables));
    std::erase_if(tables, [](const Json& table) { return table.is_null(); });
    data.json["tables"] = std::move(tables);
}

/// What readers must know before they read means.
std::vector<std::string> notes_on(const PageRuns& all) {
    std::vector<std::string> notes;
    std::size_t unfinished = 0;
    for (const PageGroup& group : all.groups) unfinished += group.runs.size() - group.counted.size();
    if (unfinished > 0) {
        notes.push_back(count_text(unfinished, "run") +
                        " not finished: in the table of runs, not in means and bands of their groups.");
    }
    if (all.unreadable() > 0) {
        notes.push_back(count_text(all.unreadable(), "file") +
                        " could not be read: in the table of runs with the reason.");
    }
    return notes;
}

void add_all(std::vector<std::string>& lines, const std::vector<std::string>& more) {
    lines.insert(lines.end(), more.begin(), more.end());
}

void add_map(PageData& data, const Course& course, const PageRuns& all, const Tell& tell) {
    if (course.runs.size() < 2 && course.names.size() < 2) return;
    const DistanceMap map = distance_map(course, part_of(tell, 0.4, 0.8));
    add_all(data.left_out, map.left_out);
    if (map.is_empty()) return;
    data.json["map"] = distance_map_json(map, course, all);
    const SeedDistance between = seed_distance(map, all);
    if (std::isnan(between.last)) return;
    const std::string last = fmt::format("{:.2f}", between.last);
    const std::string first = fmt::format("{:.2f}", between.first);
    data.json["tiles"].push_back({{"value", first == last ? last : first + " \u2192 " + last},
                                  {"label", "NNSTD between seeds" + std::string(first == last ? "" : ", start to end") +
                                                (course.drawn.empty() ? "" : " (" + course.drawn + ")")}});
}

/// What is computed from snapshots.
/// @return the table of layers
Json add_topologies(PageData& data, const PageRuns& all, const Tell& tell) {
    const Course course = read_course(all, part_of(tell, 0.0, 0.2));
    add_all(data.left_out, course.left_out);
    if (course.is_empty() || course.last().empty()) return nullptr;
    if (!course.drawn.empty()) {
        data.json["notes"].push_back("Pictures of topologies show " + course.drawn +
                                     " alone: other runs have other layers, see what is left out.");
    }
    data.json["still"] = course.names.size() < 2;
    const BandChart survival = survival_chart(all, data.left_out, part_of(tell, 0.2, 0.4));
    if (!survival.bands.empty()) data.json["curves"].push_back(band_chart_json(survival));
    note_thinned(std::span(&survival, 1), data.left_out);
    add_map(data, course, all, tell);
    const std::vector<std::size_t> chosen = detailed_runs(course, all, data.left_out);
    data.json["degrees"] = degrees_json(course, chosen);
    const Spectra spectra = measure_spectra(course, chosen, data.left_out, part_of(tell, 0.8, 1.0));
    data.json["spectra"] = spectra_json(course, chosen, spectra);
    data.json["connections"] = connections_json(course, chosen);
    data.json["kernels"] = kernels_json(course, chosen, data.left_out);
    return layers_table(course, chosen, spectra, data.left_out);
}

}  // namespace

PageData page_data(const PageRuns& all, const PageOptions& options, const Tell& tell) {
    PageData data;
    tell(0.0, "curves and tables");
    const std::vector<BandChart> charts = curves(all);
    data.json = {{"title", options.title.empty() ? title_of(all) : options.title},
                 {"subtitle", subtitle_of(all)},
                 {"version", options.version},
                 {"groups", groups_json(all)},
                 {"runs", runs_json(all)},
                 {"tiles", tiles_json(tiles(all, charts))},
                 {"notes", notes_on(all)}};
    data.json["curves"] = Json::array();
    for (const BandChart& chart : charts) data.json["curves"].push_back(band_chart_json(chart));
    note_thinned(charts, data.left_out);
    Json layers = add_topologies(data, all, part_of(tell, 0.0, 0.8));
    add_tables(data, all, std::move(layers), part_of(tell, 0.8, 1.0));
    data.json["left_out"] = data.left_out;
    return data;
}

}  // namespace espalier::page
