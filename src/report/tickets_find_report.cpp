#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>
#include <espalier/report/table.hpp>
#include <espalier/report/tickets_find_report.hpp>

namespace espalier::report {
namespace {

using sweep::Evaluation;
using sweep::Item;
using tickets::Level;

Json level_json(const Level& level, const Item& item) {
    return {{"folder", item.folder.string()},
            {"chain", level.chain},
            {"name", level.point.config.name},
            {"seed", level.point.config.seed},
            {"level", level.number},
            {"control", level.control.empty() ? Json() : Json(level.control)},
            {"start", level.start},
            {"asked_density", number(level.asked_density)}};
}

void put_moment(Json& run, const std::string& name, const Evaluation* at) {
    if (at == nullptr) {
        run[name] = nullptr;
        return;
    }
    run[name] = {{"step", at->step},
                 {"epoch", number(at->epoch)},
                 {"validation_accuracy", number(at->validation_accuracy)},
                 {"validation_loss", number(at->validation_loss)},
                 {"test_accuracy", number(at->test_accuracy)}};
}

Json result_json(const Level& level, const Item& item) {
    Json run = level_json(level, item);
    run["status"] = item.status;
    if (has_failed(item)) run["reason"] = item.reason;
    run["ran"] = item.ran;
    for (const char* name : {"density", "test_accuracy", "validation_accuracy", "best_test_accuracy", "best_step",
                             "test_loss", "seconds", "steps_per_second"}) {
        put_number(run, name, item.state.record.result(name), "not in the run file");
    }
    put_moment(run, "best", item.state.record.best());
    put_moment(run, "early_stop", item.state.record.early_stop());
    return run;
}

Json lottery_head_json(const SweepResult& result) {
    return {{"lottery", result.name}, {"out", result.out.string()}};
}

std::vector<std::string> front_cells(const Level& level) {
    return {level.chain, std::to_string(level.number), level.control.empty() ? "-" : level.control,
            rounded(level.asked_density)};
}

std::string moment(const Evaluation* at) {
    return at == nullptr ? "-" : fmt::format("{} ({})", at->step, rounded(at->epoch));
}

}  // namespace

std::string levels_json(const std::vector<Level>& levels, const SweepResult& result) {
    Json json = lottery_head_json(result);
    json["status"] = result.status();
    json["runs"] = Json::array();
    for (std::size_t k = 0; k < levels.size(); ++k) json["runs"].push_back(result_json(levels[k], result.items[k]));
    return document(json);
}

std::string levels_text(const std::vector<Level>& levels, const SweepResult& result) {
    Table table({"chain", "level", "control", "density asked", "as trained", "status", "test", "validation",
                 "best validation", "at step (epoch)"});
    for (std::size_t k = 0; k < levels.size(); ++k) {
        const Item& item = result.items[k];
        const Evaluation* best = item.state.record.best();
        std::vector<std::string> cells = front_cells(levels[k]);
        cells.push_back(rounded(item.state.record.result("density")));
        cells.push_back(item.status);
        cells.push_back(percent(item.state.record.result("test_accuracy")));
        cells.push_back(percent(item.state.record.result("validation_accuracy")));
        cells.push_back(best == nullptr ? "-" : percent(best->validation_accuracy));
        cells.push_back(moment(best));
        table.add(std::move(cells));
    }
    return table.text() + endings_text(result);
}

std::string levels_agenda_json(const std::vector<Level>& levels, const SweepResult& result) {
    Json json = lottery_head_json(result);
    json["runs"] = Json::array();
    for (std::size_t k = 0; k < levels.size(); ++k) {
        Json run = level_json(levels[k], result.items[k]);
        run["density"] = number(levels[k].point.config.sparsity.density);
        run["status"] = result.items[k].state.status;
        run["step"] = sweep::to_string(result.items[k].step);
        json["runs"].push_back(std::move(run));
    }
    return document(json);
}

std::string levels_agenda_text(const std::vector<Level>& levels, const SweepResult& result) {
    Table table({"chain", "level", "control", "density asked", "exactly", "from step", "there is", "would be done"});
    for (std::size_t k = 0; k < levels.size(); ++k) {
        std::vector<std::string> cells = front_cells(levels[k]);
        cells.push_back(rounded(levels[k].point.config.sparsity.density));
        cells.push_back(std::to_string(levels[k].start));
        cells.push_back(result.items[k].state.status);
        cells.push_back(sweep::to_string(result.items[k].step));
        table.add(std::move(cells));
    }
    return table.text();
}

}  // namespace espalier::report
