#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include <espalier/report/superposed_report.hpp>
#include <espalier/report/table.hpp>

namespace espalier::report {
namespace {

using tickets::Superposed;
using tickets::SuperposedMember;

constexpr const char* nothing_held_out = "no example is held out: data.validation = 0";
constexpr const char* no_fixed_part = "members have no fixed part in a consensus mask";

Json member_json(const SuperposedMember& member) {
    Json json = {{"label", member.label}};
    put_number(json, "coefficient", member.coefficient, no_fixed_part);
    json["accepted"] = member.accepted;
    json["density"] = number(member.density);
    put_number(json, "validation_accuracy", member.validation_accuracy, nothing_held_out);
    json["test_accuracy"] = number(member.test_accuracy);
    json["moved_units"] = member.moved_units;
    return json;
}

Json trials_json(const Superposed& superposed) {
    Json trials = Json::array();
    for (const tickets::Trial& trial : superposed.trials) {
        trials.push_back({{"member", trial.member},
                          {"coefficient", number(trial.coefficient)},
                          {"validation_accuracy", number(trial.accuracy)},
                          {"accepted", trial.accepted}});
    }
    return trials;
}

/// Why cells of the table are "-".
std::string reasons_text(const Superposed& superposed) {
    std::string text;
    const auto put = [&](const char* column, const char* reason) {
        text.append("- ").append(column).append(": ").append(reason).append("\n");
    };
    const auto has_none = [](const SuperposedMember& member) { return std::isnan(member.coefficient); };
    if (std::ranges::any_of(superposed.members, has_none)) put("part", no_fixed_part);
    if (std::isnan(superposed.validation_accuracy)) put("validation accuracy", nothing_held_out);
    return text;
}

std::string options_text(const Superposed& superposed) {
    std::string text;
    for (const auto& [name, value] : superposed.options) text.append(", ").append(name).append(" ").append(value);
    return text;
}

}  // namespace

Json superposed_json(const Superposed& superposed) {
    Json json = {{"method", superposed.method}, {"target", superposed.target}, {"options", Json::object()}};
    for (const auto& [name, value] : superposed.options) json["options"][name] = value;
    json["members"] = Json::array();
    for (const SuperposedMember& member : superposed.members) json["members"].push_back(member_json(member));
    json["density"] = number(superposed.density);
    put_number(json, "validation_accuracy", superposed.validation_accuracy, nothing_held_out);
    json["test_accuracy"] = number(superposed.test_accuracy);
    json["test_loss"] = number(superposed.test_loss);
    const auto best = superposed.best_member();
    if (best) json["best_member"] = superposed.members[*best].label;
    put_number(json, "best_member_test_accuracy", best ? superposed.members[*best].test_accuracy : std::nan(""),
               "no example is held out, and the best member is the one best on validation");
    json["highest_member_test_accuracy"] = number(superposed.highest_member_test_accuracy());
    json["mean_member_test_accuracy"] = number(superposed.mean_member_test_accuracy());
    if (!superposed.trials.empty()) json["trials"] = trials_json(superposed);
    return json;
}

std::string superposed_text(const Superposed& superposed) {
    Table table({"ticket", "part", "density", "validation accuracy", "test accuracy"});
    for (const SuperposedMember& member : superposed.members) {
        table.add({member.label, rounded(member.coefficient), rounded(member.density),
                   percent(member.validation_accuracy), percent(member.test_accuracy)});
    }
    table.add({"superposed", "", rounded(superposed.density), percent(superposed.validation_accuracy),
               percent(superposed.test_accuracy)});
    std::string text = superposed.method + options_text(superposed) + ", target " + superposed.target + "\n" +
                       table.text() + "mean member " + percent(superposed.mean_member_test_accuracy());
    if (const auto best = superposed.best_member()) {
        text += ", best on validation " + percent(superposed.members[*best].test_accuracy);
    }
    return text + ", highest " + percent(superposed.highest_member_test_accuracy()) + " on the test set\n" +
           reasons_text(superposed);
}

}  // namespace espalier::report
