#include <nlohmann/json.hpp>

#include <espalier/report/feature_report.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/table.hpp>

namespace espalier::report {
namespace {

Table ranking(const FeatureReport& report, std::string (*number)(double)) {
    Table table({"rank", "feature", "strength"});
    for (std::size_t k = 0; k < report.ranked.size(); ++k) {
        const topology::RankedInput& entry = report.ranked[k];
        table.add({std::to_string(k + 1), std::to_string(entry.input), number(entry.strength)});
    }
    return table;
}

}  // namespace

std::string as_json(const FeatureReport& report) {
    Json json = {{"topology", report.topology}, {"layer", report.layer}, {"inputs", report.inputs}};
    Json list = Json::array();
    for (const topology::RankedInput& entry : report.ranked) {
        Json feature = {{"feature", entry.input}};
        put_number(feature, "strength", entry.strength, "the weights are not finite");
        list.push_back(std::move(feature));
    }
    json["features"] = std::move(list);
    if (!report.out.empty()) json["out"] = report.out;
    if (report.evaluation) {
        json["evaluation"] = {{"hidden", report.judge.hidden},
                              {"epochs", report.judge.epochs},
                              {"seed", report.judge.seed},
                              {"selected_accuracy", report.evaluation->selected},
                              {"random_accuracy", report.evaluation->random},
                              {"all_accuracy", report.evaluation->all}};
    }
    return document(json);
}

std::string as_csv(const FeatureReport& report) {
    return ranking(report, exact).csv();
}

std::string in_words(const FeatureReport& report) {
    std::string text = ranking(report, rounded).text();
    if (!report.out.empty()) text += "\nwritten to " + report.out + "\n";
    if (!report.evaluation) return text;
    Table table({"trained on", "features", "test accuracy"});
    const std::string count = std::to_string(report.ranked.size());
    table.add({"selected", count, percent(report.evaluation->selected)});
    table.add({"random", count, percent(report.evaluation->random)});
    table.add({"all", std::to_string(report.inputs), percent(report.evaluation->all)});
    return text + "\n" + table.text();
}

}  // namespace espalier::report
