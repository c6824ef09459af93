#include <nlohmann/json.hpp>

#include <espalier/page/curves.hpp>
#include <espalier/page/page.hpp>
#include <espalier/page/tables.hpp>
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
        list.push_back({{"label", run.label}, {"group", run.group}, {"seed", all.record(run).seed}});
    }
    return list;
}

void add_tables(Json& json, const PageRuns& all) {
    json["tables"] = Json::array();
    for (Json table : {means_table(all), runs_table(all), tickets_table(all), differences_table(all)}) {
        if (!table.is_null()) json["tables"].push_back(std::move(table));
    }
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

}  // namespace

PageData page_data(const PageRuns& all, const PageOptions& options, const Tell& tell) {
    PageData data;
    tell(0, 1, "curves and tables");
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
    add_tables(data.json, all);
    data.json["left_out"] = data.left_out;
    return data;
}

}  // namespace espalier::page
