#include <cmath>

#include <nlohmann/json.hpp>

#include <espalier/report/robustness_report.hpp>

namespace espalier::report {
namespace {

using robustness::Calibration;

const std::string no_log_of_zero = "a label has probability 0";
const std::string no_temperature =
    "no temperature is best: every sample is right, or the logits say nothing of the labels";
const std::string no_forgetting =
    "run files hold no answers sample by sample and step by step, which forgetting events are counted from";

void put_errors(Json& json, const Calibration& found) {
    json["confidence"] = number(found.confidence);
    put_number(json, "nll", found.nll, no_log_of_zero);
    json["brier"] = number(found.brier);
    json["ece"] = number(found.ece);
    json["mce"] = number(found.mce);
}

Json json_of(const robustness::CalibrationResult& result) {
    Json json = Json::object();
    json["bins"] = result.as_it_is.bins.size();
    json["accuracy"] = number(result.as_it_is.accuracy);
    put_errors(json, result.as_it_is);
    put_number(json, "temperature", result.temperature, no_temperature);
    json["at_temperature"] = nullptr;
    if (!std::isnan(result.temperature)) {
        json["at_temperature"] = Json::object();
        put_errors(json["at_temperature"], result.at_temperature);
    }
    json["reliability"] = Json::array();
    for (const robustness::ConfidenceBin& bin : result.as_it_is.bins) {
        Json one = {{"lower", number(bin.lower)}, {"upper", number(bin.upper)}, {"samples", bin.samples}};
        const std::string empty = "no sample has this confidence";
        const bool has_samples = bin.samples > 0;
        put_number(one, "confidence", has_samples ? bin.confidence : std::nan(""), empty);
        put_number(one, "accuracy", has_samples ? bin.accuracy : std::nan(""), empty);
        json["reliability"].push_back(std::move(one));
    }
    return json;
}

Json json_of(const robustness::HardSamplesResult& result) {
    Json json = Json::object();
    const robustness::HardScores& scores = result.scores;
    const auto put = [&](const std::string& name, const std::vector<double>& values) {
        const robustness::Spread spread = robustness::spread(values);
        json[name] = {{"mean", number(spread.mean)},
                      {"q10", number(spread.tenth)},
                      {"q50", number(spread.median)},
                      {"q90", number(spread.ninetieth)}};
    };
    put("el2n", scores.el2n);
    put("entropy", scores.entropy);
    put("margin", scores.margin);
    put("probability_of_label", scores.probability_of_label);
    json["forgetting_events"] = nullptr;
    json["forgetting_events_reason"] = no_forgetting;
    json["hardest"] = Json::array();
    for (std::size_t k = 0; k < result.hardest.size(); ++k) {
        const std::uint32_t sample = result.hardest[k];
        json["hardest"].push_back({{"sample", sample},
                                   {"label", result.labels[k]},
                                   {"predicted", result.predicted[k]},
                                   {"el2n", number(scores.el2n[sample])}});
    }
    return json;
}

Json json_of(const std::vector<robustness::ForeignResult>& results) {
    Json list = Json::array();
    for (const robustness::ForeignResult& result : results) {
        Json one = {{"set", result.set}};
        if (!result.missing.empty()) one["reason"] = result.missing;
        if (result.missing.empty()) one["samples"] = result.samples;
        for (std::size_t k = 0; k < result.detections.size(); ++k) {
            const robustness::Detection& found = result.detections[k];
            one[robustness::confidence_scores()[k].name] = {{"auroc", number(found.auroc)},
                                                            {"aupr_in", number(found.aupr_in)},
                                                            {"aupr_out", number(found.aupr_out)},
                                                            {"fpr95", number(found.fpr95)},
                                                            {"threshold", number(found.threshold)}};
        }
        list.push_back(std::move(one));
    }
    return list;
}

constexpr const char* groups[] = {"noise", "blur", "weather", "digital"};

Json json_of(const robustness::CorruptionsResult& result, double clean) {
    Json json = Json::object();
    if (!result.missing.empty()) {
        json["reason"] = result.missing;
        return json;
    }
    const auto any = [](const robustness::Corruption&) { return true; };
    const double mean = result.mean_of(any);
    json["mean_accuracy"] = number(mean);
    json["mean_error"] = number(1.0 - mean);
    put_number(json, "relative_accuracy", clean > 0.0 ? mean / clean : std::nan(""), "no clean sample is right");
    json["mean_accuracy_without_frost"] =
        number(result.mean_of([](const robustness::Corruption& one) { return !one.is_rebuilt; }));
    json["groups"] = Json::object();
    for (const std::string group : groups) {
        json["groups"][group] =
            number(result.mean_of([&](const robustness::Corruption& one) { return one.group == group; }));
    }
    json["types"] = Json::array();
    for (const robustness::CorruptionResult& one : result.each) {
        Json accuracy = Json::array();
        for (const double share : one.accuracy) accuracy.push_back(number(share));
        json["types"].push_back({{"name", one.corruption->name},
                                 {"group", one.corruption->group},
                                 {"counts", !one.corruption->is_extra},
                                 {"rebuilt", one.corruption->is_rebuilt},
                                 {"accuracy", std::move(accuracy)},
                                 {"mean_accuracy", number(one.mean())}});
    }
    return json;
}

Json json_of(const robustness::AttacksResult& result) {
    Json list = Json::array();
    if (!result.missing.empty()) list.push_back({{"reason", result.missing}});
    for (const robustness::AttackResult& one : result.each) {
        list.push_back({{"name", one.attack.name},
                        {"norm", one.attack.norm == robustness::Norm::linf ? "linf" : "l2"},
                        {"epsilon", number(one.attack.epsilon)},
                        {"step", number(one.attack.step)},
                        {"steps", one.attack.steps},
                        {"random_start", one.attack.starts_random},
                        {"accuracy", number(one.accuracy)},
                        {"loss", number(one.loss)},
                        {"without_gradient", number(one.without_slope)}});
    }
    return list;
}

Json json_of(const robustness::FrequencyResult& result) {
    Json json = Json::object();
    if (!result.missing.empty()) {
        json["reason"] = result.missing;
        return json;
    }
    json["filters"] = Json::array();
    for (const robustness::FilterResult& one : result.filters) {
        json["filters"].push_back({{"cut_off", number(one.cut_off)},
                                   {"low_pass_accuracy", number(one.low)},
                                   {"high_pass_accuracy", number(one.high)}});
    }
    put_number(json, "spectral_energy", result.filter_energy, result.no_filter_energy);
    return json;
}

double double_of(const Json& json, const std::string& key) {
    const auto found = json.find(key);
    return found == json.end() || !found->is_number() ? std::nan("") : found->get<double>();
}

std::string reason_text(const Json& json) {
    return "not measured: " + json["reason"].get<std::string>();
}

HeadedTable calibration_table(const Json& json) {
    const Json& at = json["at_temperature"];
    Table table({"", "as it is", "at temperature " + rounded(double_of(json, "temperature"))});
    const std::pair<const char*, const char*> rows[] = {{"ece", "ECE"},
                                                        {"mce", "largest error of a bin"},
                                                        {"nll", "NLL"},
                                                        {"brier", "Brier score"},
                                                        {"confidence", "mean confidence"}};
    for (const auto& [key, name] : rows)
        table.add({name, rounded(double_of(json, key)), at.is_null() ? "-" : rounded(double_of(at, key))});
    return {"calibration, " + std::to_string(json["bins"].get<std::size_t>()) + " bins", std::move(table),
            at.is_null() ? json["temperature_reason"].get<std::string>()
                         : "the temperature is fitted on these same samples"};
}

HeadedTable hard_samples_table(const Json& json) {
    Table table({"score", "mean", "10 %", "median", "90 %"});
    for (const char* name : {"el2n", "entropy", "margin", "probability_of_label"}) {
        const Json& spread = json[name];
        table.add({name, rounded(double_of(spread, "mean")), rounded(double_of(spread, "q10")),
                   rounded(double_of(spread, "q50")), rounded(double_of(spread, "q90"))});
    }
    return {"hard samples", std::move(table), "forgetting events: " + no_forgetting};
}

HeadedTable ood_table(const Json& json) {
    Table table({"samples of", "confidence", "AUROC", "AUPR in", "AUPR out", "FPR at 95 %"});
    for (const Json& set : json) {
        const std::string name = set["set"].get<std::string>();
        if (set.contains("reason")) {
            table.add({name, reason_text(set), "-", "-", "-", "-"});
            continue;
        }
        for (const robustness::ConfidenceScore& score : robustness::confidence_scores()) {
            const Json& found = set[score.name];
            table.add({name, score.name, rounded(double_of(found, "auroc")), rounded(double_of(found, "aupr_in")),
                       rounded(double_of(found, "aupr_out")), rounded(double_of(found, "fpr95"))});
        }
    }
    return {"samples from elsewhere", std::move(table), ""};
}

std::string percent_of(const Json& json, const std::string& key) {
    return percent(double_of(json, key));
}

HeadedTable corruptions_table(const Json& json) {
    Table table({"corruption", "1", "2", "3", "4", "5", "mean"});
    if (json.contains("reason")) return {"corruptions", std::move(table), reason_text(json)};
    for (const Json& type : json["types"]) {
        std::vector<std::string> row = {type["name"].get<std::string>() +
                                        (type["rebuilt"].get<bool>() ? " (rebuilt)" : "") +
                                        (type["counts"].get<bool>() ? "" : " (extra)")};
        for (const Json& share : type["accuracy"]) row.push_back(percent(share.get<double>()));
        row.push_back(percent_of(type, "mean_accuracy"));
        table.add(std::move(row));
    }
    for (const auto& [group, share] : json["groups"].items())
        table.add({"mean of " + group, "", "", "", "", "", percent(share.get<double>())});
    table.add({"mean of the fifteen", "", "", "", "", "", percent_of(json, "mean_accuracy")});
    table.add({"without frost", "", "", "", "", "", percent_of(json, "mean_accuracy_without_frost")});
    return {"corruptions: accuracy by severity", std::move(table),
            "frost is a reconstruction; compare its number with other networks of this program alone"};
}

HeadedTable attacks_table(const Json& json) {
    Table table({"attack", "norm", "epsilon", "steps", "step", "accuracy", "loss", "without gradient"});
    std::string remark = "adaptive or black-box attacks may find more: these are upper bounds of robust accuracy";
    for (const Json& one : json) {
        if (one.contains("reason")) {
            remark = reason_text(one);
            continue;
        }
        table.add({one["name"].get<std::string>(), one["norm"].get<std::string>(), rounded(double_of(one, "epsilon")),
                   std::to_string(one["steps"].get<std::size_t>()), rounded(double_of(one, "step")),
                   percent_of(one, "accuracy"), rounded(double_of(one, "loss")), percent_of(one, "without_gradient")});
    }
    return {"attacks", std::move(table), remark};
}

HeadedTable frequency_table(const Json& json) {
    Table table({"cut-off", "low pass", "high pass"});
    if (json.contains("reason")) return {"frequencies", std::move(table), reason_text(json)};
    for (const Json& one : json["filters"]) {
        table.add({rounded(double_of(one, "cut_off")), percent_of(one, "low_pass_accuracy"),
                   percent_of(one, "high_pass_accuracy")});
    }
    const std::string energy = json["spectral_energy"].is_null()
                                   ? "not measured: " + json["spectral_energy_reason"].get<std::string>()
                                   : percent_of(json, "spectral_energy");
    return {"frequencies: accuracy by cut-off, 1 the highest along an axis", std::move(table),
            "energy of the first layer's filters above half the highest frequency: " + energy};
}

}  // namespace

Json robustness_json(const robustness::SuiteResults& results) {
    Json json = {
        {"parts", results.parts}, {"samples", results.samples}, {"classes", results.classes}, {"seed", results.seed}};
    if (results.calibration) json["calibration"] = json_of(*results.calibration);
    if (results.hard_samples) json["hard_samples"] = json_of(*results.hard_samples);
    if (results.ood) json["ood"] = json_of(*results.ood);
    if (results.corruptions) json["corruptions"] = json_of(*results.corruptions, results.clean_accuracy);
    if (results.attacks) json["attacks"] = json_of(*results.attacks);
    if (results.frequency) json["frequency"] = json_of(*results.frequency);
    return json;
}

std::vector<HeadedTable> robustness_tables(const Json& robustness) {
    std::vector<HeadedTable> tables;
    if (robustness.contains("calibration")) tables.push_back(calibration_table(robustness["calibration"]));
    if (robustness.contains("hard_samples")) tables.push_back(hard_samples_table(robustness["hard_samples"]));
    if (robustness.contains("ood")) tables.push_back(ood_table(robustness["ood"]));
    if (robustness.contains("corruptions")) tables.push_back(corruptions_table(robustness["corruptions"]));
    if (robustness.contains("attacks")) tables.push_back(attacks_table(robustness["attacks"]));
    if (robustness.contains("frequency")) tables.push_back(frequency_table(robustness["frequency"]));
    return tables;
}

}  // namespace espalier::report
