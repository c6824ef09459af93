#include <algorithm>
#include <map>

#include <espalier/base/text/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/sweep/run_record.hpp>
#include <espalier/training/run/result_fields.hpp>
#include <espalier/training/run/run_file.hpp>
#include <espalier/training/run/run_summary.hpp>
#include <espalier/training/trainer/objective.hpp>

namespace espalier::sweep {
namespace {

using training::Columns;
using training::RunSummary;

template <class Item, class Otherwise>
Item item(const std::vector<Item>& column, std::size_t row, Otherwise otherwise) {
    return row < column.size() ? column[row] : Item(otherwise);
}

/// The whole network's rows of /metrics/topology.
struct NetworkState {
    std::int64_t step;
    double density;
    double exploration_rate;
};

std::vector<NetworkState> network_states(const RunSummary& run) {
    const auto steps = run.column<std::int64_t>("topology", "step");
    const auto layers = run.column<std::int64_t>("topology", "layer");
    const auto densities = run.column<double>("topology", "density");
    const auto rates = run.column<double>("topology", "exploration_rate");
    std::vector<NetworkState> states;
    for (std::size_t row = 0; row < steps.size(); ++row) {
        if (item(layers, row, 0) != -1) continue;
        states.push_back({steps[row], item(densities, row, std::nan("")), item(rates, row, std::nan(""))});
    }
    return states;
}

/// An update comes after the evaluation of its step, so what is evaluated is the state of an earlier one, or the first.
void put_network_state(Evaluation& evaluation, const std::vector<NetworkState>& states) {
    for (const NetworkState& state : states) {
        if (state.step >= evaluation.step && &state != &states.front()) break;
        evaluation.density = state.density;
        evaluation.exploration_rate = state.exploration_rate;
    }
}

/// The first of largest merit among the evaluations at this density, or all where one of the two is not known. What has
/// no merit is none.
template <class Merit>
const Evaluation* best_at(const std::vector<Evaluation>& all, double density, const Merit& merit) {
    const Evaluation* best = nullptr;
    for (const Evaluation& at : all) {
        const bool is_another = !std::isnan(density) && !std::isnan(at.density) && at.density != density;
        if (is_another || std::isnan(merit(at))) continue;
        if (best == nullptr || merit(at) > merit(*best)) best = &at;
    }
    return best;
}

const Evaluation* lowest_loss(const std::vector<Evaluation>& all, double density) {
    return best_at(all, density, [](const Evaluation& at) { return -at.validation_loss; });
}

const Evaluation* best_on_validation(const std::vector<Evaluation>& all, double density) {
    const Evaluation* best = best_at(all, density, [](const Evaluation& at) { return at.validation_accuracy; });
    return best != nullptr ? best : lowest_loss(all, density);
}

/// What was measured last: another program's loop need not measure all at one step. NaN where it never was.
double last_of(const std::vector<Evaluation>& all, double Evaluation::*member) {
    const auto found =
        std::find_if(all.rbegin(), all.rend(), [&](const Evaluation& at) { return !std::isnan(at.*member); });
    return found == all.rend() ? std::nan("") : (*found).*member;
}

std::map<std::string, hdf5::Attribute> derived_results(const RunSummary& run, const std::vector<Evaluation>& all) {
    std::map<std::string, hdf5::Attribute> results;
    const auto put = [&](const std::string& name, double value) {
        if (!std::isnan(value)) results[name] = value;
    };
    put("test_accuracy", last_of(all, &Evaluation::test_accuracy));
    put("test_loss", last_of(all, &Evaluation::test_loss));
    put("validation_accuracy", last_of(all, &Evaluation::validation_accuracy));
    const std::vector<NetworkState> states = network_states(run);
    const double density = states.empty() ? std::nan("") : states.back().density;
    if (const Evaluation* best = best_on_validation(all, density)) {
        put("best_test_accuracy", best->test_accuracy);
        put("best_test_loss", best->test_loss);
        results["best_step"] = best->step;
    }
    if (!states.empty()) {
        put("density", states.back().density);
        put("exploration_rate", states.back().exploration_rate);
    }
    const auto seconds = run.column<double>("train", "seconds");
    if (!seconds.empty()) put("seconds", seconds.back());
    return results;
}

void put_results(RunRecord& record, std::map<std::string, hdf5::Attribute> all) {
    for (const std::string& name : common_results()) {
        const auto found = all.find(name);
        if (found == all.end()) continue;
        record.results.emplace_back(*found);
        all.erase(found);
    }
    for (const auto& rest : all) record.results.emplace_back(rest);
}

/// Why a common result is missing; empty where it is there.
std::string missing_reason(const RunRecord& record, const std::string& name) {
    const auto is_known = [&](const auto& result) { return result.first == name; };
    if (std::ranges::any_of(record.results, is_known)) return "";
    if (record.has_whole_config()) {
        const bool has_classes = training::objective(record.config).has_accuracy;
        if (name.ends_with("accuracy") && !has_classes) return training::no_accuracy_reason;
        const bool is_of_validation = name == "validation_accuracy" || name.starts_with("best_");
        if (is_of_validation && record.config.data.validation == 0.0) return "data.validation is 0";
        if (name == "exploration_rate" && !record.config.sparsity.exploration) return "sparsity.exploration is false";
    }
    return record.status == "finished" ? "not in the run file" : "not known before the run's end";
}

void put_reasons(RunRecord& record) {
    for (const std::string& name : common_results()) {
        const std::string reason = missing_reason(record, name);
        const auto is_told = [&](const auto& result) { return result.first == name + "_reason"; };
        if (reason.empty() || std::ranges::any_of(record.results, is_told)) continue;
        record.results.emplace_back(name + "_reason", reason);
    }
}

/// Files beside the run are named as in portable().
void put_config(RunRecord& record, const std::string& text) {
    const std::filesystem::path folder = record.file.parent_path();
    const config::Settings settings = config::parse_toml(text, record.file.string() + ": config", folder);
    record.config = config::portable(config::resolve(settings, config::InitFile::trust), folder);
    record.has_config = !text.empty();
    if (text.empty() || config::was_resolved(settings)) return;
    record.given_keys.emplace();
    for (const auto& [key, place] : settings.places) record.given_keys->insert(key);
}

}  // namespace

RunRecord run_record(const RunSummary& run, const std::filesystem::path& file) {
    RunRecord record{.file = file,
                     .status = run.status,
                     .reason = "",
                     .name = run.info.name,
                     .seed = run.info.seed,
                     .config = {},
                     .results = {},
                     .evaluations = evaluations(run)};
    put_config(record, run.info.config);
    std::map<std::string, hdf5::Attribute> results = derived_results(run, record.evaluations);
    if (run.status == "finished") {
        for (const auto& [name, value] : run.results) results[name] = value;
    }
    const auto failure = run.results.find(training::failure_attribute);
    if (run.status == "failed" && failure != run.results.end()) results.insert(*failure);
    put_results(record, std::move(results));
    put_reasons(record);
    return record;
}

RunRecord unreadable_record(const std::filesystem::path& file, const std::string& reason) {
    return {.file = file,
            .status = "unreadable",
            .reason = reason,
            .name = "",
            .seed = 0,
            .config = {},
            .results = {},
            .evaluations = {}};
}

const std::vector<std::string>& common_results() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> common;
        for (const training::ResultField& field : training::result_fields()) {
            if (field.is_common) common.push_back(field.name);
        }
        return common;
    }();
    return names;
}

double RunRecord::result(const std::string& wanted) const {
    for (const auto& [own, value] : results) {
        if (own != wanted) continue;
        if (const auto* real = std::get_if<double>(&value)) return *real;
        if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    }
    return std::nan("");
}

std::string RunRecord::failure() const {
    for (const auto& [own, value] : results) {
        const auto* text = std::get_if<std::string>(&value);
        if (own == training::failure_attribute && text != nullptr) return *text;
    }
    return "";
}

const Evaluation* RunRecord::best() const {
    return best_on_validation(evaluations, result("density"));
}

const Evaluation* RunRecord::early_stop() const {
    return lowest_loss(evaluations, result("density"));
}

RunRecord read_run_record(const std::filesystem::path& file) {
    try {
        return run_record(training::read_run_summary(file), file);
    } catch (const Error& error) {
        return unreadable_record(file, error.what());
    }
}

std::vector<Evaluation> evaluations(const RunSummary& run) {
    const auto steps = run.column<std::int64_t>("eval", "step");
    const auto epochs = run.column<double>("eval", "epoch");
    const auto splits = run.column<std::string>("eval", "split");
    const auto losses = run.column<double>("eval", "loss");
    const auto accuracies = run.column<double>("eval", "accuracy");
    const std::vector<NetworkState> states = network_states(run);
    std::vector<Evaluation> all;
    for (std::size_t row = 0; row < steps.size(); ++row) {
        if (all.empty() || all.back().step != steps[row]) {
            all.push_back({.step = steps[row], .epoch = item(epochs, row, std::nan(""))});
            put_network_state(all.back(), states);
        }
        const bool is_test = item(splits, row, "") == "test";
        Evaluation& evaluation = all.back();
        (is_test ? evaluation.test_accuracy : evaluation.validation_accuracy) = item(accuracies, row, std::nan(""));
        (is_test ? evaluation.test_loss : evaluation.validation_loss) = item(losses, row, std::nan(""));
    }
    return all;
}

}  // namespace espalier::sweep
