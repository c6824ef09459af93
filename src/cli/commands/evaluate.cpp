#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>

#include <nlohmann/json.hpp>

#include <espalier/base/files/files.hpp>
#include <espalier/base/formats/npz_writer.hpp>
#include <espalier/base/memory/stopwatch.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/evaluate_suite.hpp>
#include <espalier/cli/commands/tickets.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/version.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/scored_samples.hpp>
#include <espalier/report/table.hpp>
#include <espalier/tickets/ticket.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/trainer/evaluation.hpp>
#include <espalier/training/trainer/head_scores.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;

struct EvaluateOptions {
    std::string network;
    tickets::TicketOptions reading;
    std::string data;
    std::string logits;
    SuiteArguments suite;
    int threads = 0;
    std::size_t batch = 0;
    bool fold = false;
    bool force = false;
    bool json = false;
};

/// What a network makes of samples.
struct Evaluated {
    training::Score score;
    std::string no_accuracy;  ///< why there is none
    std::string no_loss;
    std::size_t samples = 0;
    std::size_t outputs = 0;
    std::optional<training::HeadScores> heads;  ///< of a network with heads, where labels are known
    std::vector<float> logits;                  ///< [samples x outputs], where they were asked for
    double seconds = 0.0;
};

void append(std::vector<float>& logits, kernels::View<const float> outputs) {
    for (std::size_t lane = 0; lane < outputs.lanes; ++lane) {
        for (std::size_t k = 0; k < outputs.features; ++k) logits.push_back(outputs.row(k)[lane]);
    }
}

nn::Network<float> network_of(const tickets::Ticket& ticket, const report::ScoredSamples& samples, bool fold) {
    const nn::Sample sample = training::sample_of(samples.shape);
    return fold ? training::make_folded_network(ticket.config, ticket.network, sample, samples.classes)
                : training::make_network(ticket.config, ticket.network, sample, samples.classes);
}

Evaluated evaluated(const tickets::Ticket& ticket, nn::Network<float>& network, const report::ScoredSamples& samples,
                    const EvaluateOptions& options) {
    const bool with_logits = !options.logits.empty() || options.suite.is_asked();
    const Stopwatch start;
    const training::Objective& objective = training::objective(ticket.config);
    training::Evaluator evaluator(network, objective, options.batch);
    Evaluated found{.samples = samples.examples.count, .outputs = network.layer(network.size() - 1).outputs()};
    if (with_logits) found.logits.reserve(found.samples * found.outputs);
    if (network.heads() > 1 && samples.unlabelled.empty()) found.heads.emplace(network.heads());
    double loss = 0.0;
    std::size_t correct = 0;
    evaluator.visit(samples.examples, {0, samples.examples.count}, samples.standardisation,
                    [&](const training::Evaluator::Batch& batch) {
                        const auto sum = objective.loss(batch.outputs, batch.inputs, batch.labels, {}, 0.0);
                        loss += sum.loss;
                        correct += sum.correct;
                        if (found.heads) found.heads->add(batch.of_heads, batch.labels);
                        if (with_logits) append(found.logits, batch.outputs);
                    });
    const auto count = static_cast<double>(found.samples);
    const bool is_labelled = samples.unlabelled.empty() || !objective.has_accuracy;
    found.score = {is_labelled ? loss / count : std::nan(""), static_cast<double>(correct) / count};
    found.no_loss = samples.unlabelled;
    found.no_accuracy = objective.has_accuracy ? samples.unlabelled : training::no_accuracy_reason;
    if (!found.no_accuracy.empty()) found.score.accuracy = std::nan("");
    found.seconds = start.seconds();
    return found;
}

void require_logits_file(const EvaluateOptions& options) {
    if (options.logits.empty()) return;
    if (fs::path(options.logits).extension() != ".npz") {
        throw ConfigError("--logits " + options.logits + ": an .npz is written; call it FILE.npz");
    }
    if (fs::exists(options.logits) && !options.force) {
        throw ConfigError("--logits " + options.logits + " exists; --force replaces it");
    }
}

void write_logits(const std::string& file, const Evaluated& found) {
    replace_file(file, [&](const fs::path& temporary) {
        NpzWriter writer(temporary);
        const std::vector<std::size_t> shape = {found.samples, found.outputs};
        writer.begin("logits", "<f4", shape);
        writer.write(std::as_bytes(std::span(found.logits)));
        writer.end();
        writer.close();
    });
}

report::Json in_json(const Evaluated& found) {
    report::Json json = report::Json::object();
    report::put_number(json, "test_accuracy", found.score.accuracy, found.no_accuracy);
    report::put_number(json, "test_loss", found.score.loss, found.no_loss);
    json["samples"] = found.samples;
    json["seconds"] = found.seconds;
    if (found.heads)
        json["heads"] = {{"accuracy", found.heads->accuracies()}, {"disagreement", found.heads->disagreement()}};
    return json;
}

/// The results of a suite as they are stored: what was measured, on what, then as --json prints it.
void write_suite(const std::string& file, const tickets::Ticket& ticket, const std::string& what,
                 const report::Json& json) {
    report::Json stored = {{"network", ticket.label}, {"data", what}, {"version", version()}};
    const std::string& snapshot = ticket.network.topology.snapshot;
    if (!snapshot.empty()) stored["snapshot"] = snapshot;
    stored.update(json);
    stored.erase("seconds");  // the same network gives the same file
    replace_with_text(file, report::document(stored));
}

std::string in_words(const EvaluateOptions& options, const Evaluated& found, const std::string& what,
                     const std::string& suite) {
    report::Table table({"network", options.network});
    table.add({"samples", report::grouped(found.samples) + " of " + what});
    table.add({"test accuracy", found.no_accuracy.empty() ? report::percent(found.score.accuracy) : found.no_accuracy});
    table.add({"test loss", std::isnan(found.score.loss) ? found.no_loss : report::rounded(found.score.loss)});
    if (found.heads) {
        std::string each;
        for (const double accuracy : found.heads->accuracies())
            each += (each.empty() ? "" : ", ") + report::percent(accuracy);
        table.add({"test accuracy of each head", each});
        table.add(
            {"heads that differ", report::percent(found.heads->disagreement()) + " of the samples, mean over pairs"});
    }
    table.add({"seconds", report::rounded(found.seconds)});
    if (!options.logits.empty()) table.add({"logits", options.logits});
    if (!options.suite.scores.empty()) table.add({"scores", options.suite.scores});
    if (!suite.empty()) table.add({"suite", suite});
    return table.text();
}

/// The whole command, once the network is known.
std::string scored(const tickets::Ticket& ticket, const EvaluateOptions& options) {
    const training::Objective& objective = training::objective(ticket.config);
    if (options.suite.is_asked() && objective.name != "cross_entropy") {
        throw ConfigError("--suite is of networks that classify by softmax; this one's loss is " + objective.name);
    }
    const bool has_suite = options.suite.is_asked();
    const std::string file = has_suite ? suite_file(options.suite, ticket, options.data, options.force) : "";
    report::ScoredSamples samples = report::scored_samples(ticket, options.data, print_notice);
    if (options.suite.samples > 0 && options.suite.samples < samples.examples.count) {
        report::keep_first(samples.examples, options.suite.samples);
        samples.what += " (the first of them)";
    }
    nn::Network<float> network = network_of(ticket, samples, options.fold);
    const Evaluated found = evaluated(ticket, network, samples, options);
    if (!options.logits.empty()) write_logits(options.logits, found);
    report::Json json = in_json(found);
    if (!has_suite) return options.json ? report::document(json) : in_words(options, found, samples.what, "");
    json["robustness"] = suite_results(options.suite, {ticket, samples, network, found.logits, options.batch});
    if (!file.empty()) write_suite(file, ticket, samples.what, json);
    if (options.json) return report::document(json);
    return in_words(options, found, samples.what, file.empty() ? "not stored: --out FILE.json" : file) +
           suite_text(json["robustness"]);
}

int evaluate(const EvaluateOptions& options) {
    require_logits_file(options);
    require_suite(options.suite, options.force);
    use_threads(options.threads);
    tickets::TicketOptions reading = options.reading;
    reading.notice = write_note;
    const std::vector<tickets::Ticket> tickets = tickets::read_tickets({options.network}, reading);
    if (tickets.size() != 1) {
        throw ConfigError(options.network + " is " + std::to_string(tickets.size()) +
                          " networks; evaluate one, for instance " + tickets.front().label);
    }
    say_missing_biases(tickets.front(), print_notice);
    write_stdout(scored(tickets.front(), options));
    return done;
}

}  // namespace

Command evaluate_command() {
    return {
        .name = "evaluate",
        .help = "Accuracy and loss of a run's network, or of a state dict, on its test set or any data",
        .example =
            "espalier evaluate runs/set-s0 --logits logits.npz\n"
            "  espalier evaluate net.safetensors --config fashion-mnist.toml --json\n"
            "  espalier evaluate runs/set-s0 --suite robustness --ood mnist",
        .note = "docs/robustness.md says what the suite measures and how.",
        .set_up = [](Parser& app) -> Action {
            const auto options = std::make_shared<EvaluateOptions>();
            app.add_option("NETWORK", options->network,
                           "run.h5 or its folder (the last snapshot), run.h5@STEP, a topology file with weights, or "
                           "a state dict (.safetensors)")
                .required()
                .type_name("RUN|STATE_DICT");
            app.add_option("--config", options->reading.config,
                           "Data and model of a network that brings no configuration, such as a state dict")
                .type_name("FILE");
            add_set(app, options->reading.assignments);
            app.add_option("--data", options->data,
                           "Score these samples instead of the test set: an .npz with x and, where accuracy is "
                           "wanted, y. They are scaled as the run's inputs were")
                .type_name("FILE.npz");
            app.add_option("--logits", options->logits,
                           "Write the network's outputs as the array logits, [samples, classes], in the order of "
                           "the data")
                .type_name("FILE.npz");
            add_suite(app, options->suite);
            app.add_flag("--force", options->force, "Replace files that exist");
            app.add_option("--batch", options->batch, "Samples at a time; not given: 256, fewer where images are large")
                .between(1, 1 << 20)
                .type_name("N");
            app.add_flag("--fold", options->fold,
                         "Batch norms go into the weights before them: faster, and the same but for rounding");
            add_threads(app, options->threads);
            add_json(app, options->json);
            return [options] { return evaluate(*options); };
        }};
}

}  // namespace espalier::cli
