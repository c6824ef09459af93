#include <algorithm>
#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include <espalier/base/files/files.hpp>
#include <espalier/base/formats/npz_writer.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands/evaluate_suite.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/report/robustness_report.hpp>
#include <espalier/report/run_origin.hpp>
#include <espalier/robustness/suite.hpp>
#include <espalier/training/plan/plan.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;

void require_absent(const std::string& option, const std::string& file, const std::string& ending, bool may_replace) {
    if (file.empty()) return;
    if (fs::path(file).extension() != ending) {
        throw ConfigError(option + " " + file + ": call it FILE" + ending + ", as that is what is written");
    }
    if (fs::exists(file) && !may_replace) throw ConfigError(option + " " + file + " exists; --force replaces it");
}

robustness::Logits logits_of(const SuiteTask& task) {
    robustness::Logits logits;
    logits.samples = task.samples.examples.count;
    logits.classes = task.logits.size() / logits.samples;
    logits.values.assign(task.logits.begin(), task.logits.end());
    return logits;
}

void write_scores(const std::string& file, const robustness::HardScores& scores) {
    replace_file(file, [&](const fs::path& temporary) {
        NpzWriter writer(temporary);
        writer.array<double>("el2n", "<f8", scores.el2n);
        writer.array<double>("entropy", "<f8", scores.entropy);
        writer.array<double>("margin", "<f8", scores.margin);
        writer.array<double>("probability_of_label", "<f8", scores.probability_of_label);
        writer.close();
    });
}

robustness::SuiteOptions options_of(const SuiteArguments& arguments, const SuiteTask& task) {
    robustness::SuiteOptions options;
    options.parts = robustness::parse_suite(arguments.names);
    options.bins = arguments.bins;
    options.batch = task.batch;
    options.seed = static_cast<std::uint64_t>(arguments.seed);
    options.attacks = {arguments.epsilon, arguments.epsilon_l2, arguments.attack_steps};
    for (const std::string& name : arguments.ood) {
        report::ForeignSamples found = report::foreign_samples(task.ticket, task.samples.shape, name, print_notice);
        report::keep_first(found.examples, arguments.samples);
        options.foreign.push_back({found.name, std::move(found.examples), found.white});
    }
    return options;
}

}  // namespace

void add_suite(Parser& app, SuiteArguments& arguments) {
    std::string help = "What else to measure, separated by commas:\nrobustness: all of it";
    for (const Named& part : robustness::suite_parts()) help += "\n" + part.name + ": " + part.help;
    add_names(app, "--suite", arguments.names, help);
    app.add_option("--ood", arguments.ood,
                   "Of the suite: a dataset whose samples are to be told from the network's own, by name or path; as "
                   "often as wanted")
        .one_each()
        .type_name("DATASET");
    app.add_option("--samples", arguments.samples, "Only the first N samples, of each dataset")
        .between(1, 1LL << 40)
        .type_name("N");
    app.add_option("--seed", arguments.seed, "Of the suite: of all that is drawn (0)").not_negative().type_name("N");
    app.add_option("--bins", arguments.bins, "Of the suite: bins of the calibration error (15)")
        .between(1, 1000000)
        .type_name("N");
    app.add_option("--epsilon", arguments.epsilon,
                   "Of the suite: the most that attacks change a pixel in [0, 1] (8/255)")
        .type_name("E");
    app.add_option("--epsilon-l2", arguments.epsilon_l2,
                   "Of the suite: the Euclidean distance that the attack in that norm may go (0.5)")
        .type_name("E");
    app.add_option("--attack-steps", arguments.attack_steps, "Of the suite: steps of PGD (20)")
        .between(1, 100000)
        .type_name("N");
    app.add_option("--scores", arguments.scores,
                   "Of the suite: write the scores of hard_samples as arrays [samples] in the order of the data")
        .type_name("FILE.npz");
    app.add_option("--out", arguments.out,
                   "Of the suite: where results go as JSON; not given, of a run's last snapshot on its test set into "
                   "robustness.json in the run's folder")
        .type_name("FILE.json");
    add_progress(app, arguments.progress);
}

void require_suite(const SuiteArguments& arguments, bool may_replace) {
    const std::vector<std::string> parts = robustness::parse_suite(arguments.names);
    const auto has = [&](const char* part) { return std::ranges::find(parts, part) != parts.end(); };
    const auto require = [&](bool is_given, const std::string& option, const char* part) {
        if (is_given && !has(part)) throw ConfigError(option + " needs --suite " + part);
    };
    require(!arguments.ood.empty(), "--ood", "ood");
    require(!arguments.scores.empty(), "--scores", "hard_samples");
    if (arguments.seed != 0 && parts.empty()) throw ConfigError("--seed needs --suite robustness");
    require(arguments.bins != SuiteArguments().bins, "--bins", "calibration");
    const SuiteArguments defaults;
    require(arguments.epsilon != defaults.epsilon, "--epsilon", "attacks");
    require(arguments.epsilon_l2 != defaults.epsilon_l2, "--epsilon-l2", "attacks");
    require(arguments.attack_steps != defaults.attack_steps, "--attack-steps", "attacks");
    if (!(arguments.epsilon > 0.0 && arguments.epsilon <= 1.0)) throw ConfigError("--epsilon is in (0, 1]");
    if (!(arguments.epsilon_l2 > 0.0 && std::isfinite(arguments.epsilon_l2))) {
        throw ConfigError("--epsilon-l2 is above 0");
    }
    if (!arguments.out.empty() && parts.empty()) throw ConfigError("--out needs --suite robustness");
    require_absent("--scores", arguments.scores, ".npz", may_replace);
    require_absent("--out", arguments.out, ".json", may_replace);
}

std::string suite_file(const SuiteArguments& arguments, const tickets::Ticket& ticket, const std::string& data,
                       bool may_replace) {
    if (!arguments.out.empty()) return arguments.out;
    const auto run = report::run_of(ticket.network);
    const bool is_last = run && !run->snapshots.empty() && run->snapshots.back() == ticket.network.topology.snapshot;
    if (!data.empty() || !is_last) return "";
    const std::string file = (fs::path(ticket.network.topology.source).parent_path() / "robustness.json").string();
    if (fs::exists(file) && !may_replace) {
        throw ConfigError(file + " exists; --force replaces it, --out FILE.json leaves it alone");
    }
    return file;
}

report::Json suite_results(const SuiteArguments& arguments, const SuiteTask& task) {
    if (!task.samples.unlabelled.empty()) {
        throw ConfigError("--suite needs labels: " + task.samples.unlabelled);
    }
    Progress progress(1.0, chosen_progress(arguments.progress));
    robustness::SuiteOptions options = options_of(arguments, task);
    options.tell = [&](double share, const std::string& what) { progress.update(share, "suite", what); };
    const nn::NetworkSpec spec =
        training::network_spec(task.ticket.config, training::sample_of(task.samples.shape), task.samples.classes);
    const robustness::SuiteInput input{task.network,       task.samples.examples, task.samples.standardisation,
                                       task.samples.shape, task.samples.white,    spec.weight_shapes().front()};
    const robustness::SuiteResults results = robustness::run_suite(input, logits_of(task), options);
    if (!arguments.scores.empty()) write_scores(arguments.scores, results.hard_samples->scores);
    return report::robustness_json(results);
}

std::string suite_text(const report::Json& robustness) {
    std::string text;
    for (const report::HeadedTable& one : report::robustness_tables(robustness)) {
        text += "\n" + one.heading + "\n" + one.table.text();
        if (!one.remark.empty()) text += report::wrapped("(" + one.remark + ")", 100);
    }
    return text;
}

}  // namespace espalier::cli
