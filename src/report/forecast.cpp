#include <algorithm>
#include <exception>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/report/forecast.hpp>
#include <espalier/report/network_plan.hpp>
#include <espalier/training/plan/foresight.hpp>
#include <espalier/training/run/load_data.hpp>

namespace espalier::report {
namespace {

struct Failure {
    std::string cause;
    bool is_of_configuration = true;
    std::vector<std::string> runs;
};

void note(std::vector<Failure>& failures, const std::string& cause, bool is_of_configuration, const std::string& run) {
    auto same = std::ranges::find(failures, cause, &Failure::cause);
    if (same == failures.end()) same = failures.insert(failures.end(), {cause, is_of_configuration, {}});
    same->runs.push_back(run);
}

[[noreturn]] void fail(const std::vector<Failure>& failures, const std::string& text) {
    if (std::ranges::all_of(failures, &Failure::is_of_configuration)) throw ConfigError(text);
    throw Error(text);
}

}  // namespace

std::string concerning(const std::vector<std::string>& runs, std::size_t all) {
    constexpr std::size_t most = 3;
    if (runs.size() == 1) return " (in the run " + runs.front() + ")";
    const std::vector<std::string> shown(runs.begin(),
                                         runs.begin() + static_cast<std::ptrdiff_t>(std::min(most, runs.size())));
    const std::string more = runs.size() > most ? " and " + std::to_string(runs.size() - most) + " more" : "";
    return " (in " + std::to_string(runs.size()) + " of " + std::to_string(all) + " runs: " + join(shown) + more + ")";
}

const training::DataSizes& KnownSizes::operator()(const config::RunConfig& config) {
    const auto [place, is_new] =
        loaded_.try_emplace(std::make_tuple(config.model.kind, config.data.dataset, config.data.root, config.data.label,
                                            config.data.features, config.data.test, config.data.validation));
    Loaded& known = place->second;
    if (is_new) {
        try {
            const data::Dataset dataset = training::load_data(config);
            known.sizes = {training::sample_of(dataset.shape), dataset.classes, dataset.train.count};
        } catch (const Error&) {
            known.failure = std::current_exception();
        }
    }
    if (known.failure != nullptr) std::rethrow_exception(known.failure);
    return known.sizes;
}

void plan_run(const config::RunConfig& config, KnownSizes& sizes) {
    const training::DataSizes& data = sizes(config);
    plan(config, data.inputs, data.classes);
    training::require_possible(config, data);
}

void require_no_failure(const std::vector<sweep::Item>& agenda, const std::vector<std::size_t>& order,
                        const std::function<void(std::size_t)>& plan_item,
                        const std::function<void(const std::string&)>& notice) {
    std::vector<Failure> failures;
    std::size_t failing = 0;
    for (const std::size_t k : order) {
        const std::string& run = agenda[k].point.name;
        try {
            plan_item(k);
            continue;
        } catch (const ConfigError& error) {
            note(failures, error.what(), true, run);
        } catch (const Error& error) {
            note(failures, error.what(), false, run);
        }
        ++failing;
    }
    if (failures.empty()) return;
    if (failures.size() == 1) fail(failures, failures[0].cause + concerning(failures[0].runs, agenda.size()));
    for (const Failure& failure : failures) notice(failure.cause + concerning(failure.runs, agenda.size()));
    fail(failures, std::to_string(failing) + " of " + std::to_string(agenda.size()) +
                       " runs would fail at their start, for the " + std::to_string(failures.size()) +
                       " causes above; nothing was started");
}

}  // namespace espalier::report
