#pragma once

#include <string>
#include <vector>

#include <espalier/cli/terminal/parser.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/scored_samples.hpp>
#include <espalier/tickets/ticket.hpp>

/// `espalier evaluate --suite`: what it is asked with, measured, stored and printed.
namespace espalier::cli {

struct SuiteArguments {
    std::vector<std::string> names;
    std::vector<std::string> ood;
    std::string scores;
    std::string out;
    std::string progress;
    std::size_t samples = 0;
    std::int64_t seed = 0;
    std::size_t bins = 15;
    double epsilon = 8.0 / 255.0;
    double epsilon_l2 = 0.5;
    std::size_t attack_steps = 20;

    bool is_asked() const { return !names.empty(); }
};

void add_suite(Parser& app, SuiteArguments& arguments);

/// Before anything is read: unknown parts, options of the suite without it, files that are there.
/// @throws ConfigError
void require_suite(const SuiteArguments& arguments, bool may_replace);

/// Where the results go: --out, or beside the run whose last snapshot is scored on its test set; else empty.
/// @throws ConfigError where that file is there and may not be replaced
std::string suite_file(const SuiteArguments& arguments, const tickets::Ticket& ticket, const std::string& data,
                       bool may_replace);

/// What a suite is run on.
struct SuiteTask {
    const tickets::Ticket& ticket;
    const report::ScoredSamples& samples;
    nn::Network<float>& network;
    const std::vector<float>& logits;  ///< of the samples
    std::size_t batch = 0;
};

/// Measures all; writes --scores.
/// @return report::robustness_json()
report::Json suite_results(const SuiteArguments& arguments, const SuiteTask& task);

/// Its tables, each under its heading.
std::string suite_text(const report::Json& robustness);

}  // namespace espalier::cli
