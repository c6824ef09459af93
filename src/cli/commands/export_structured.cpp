#include <filesystem>

#include <nlohmann/json.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/cli/commands/export_structured.hpp>
#include <espalier/cli/commands/tickets.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/progress.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/scored_samples.hpp>
#include <espalier/report/table.hpp>
#include <espalier/tickets/structured.hpp>
#include <espalier/tickets/ticket_evaluation.hpp>
#include <espalier/training/plan/plan.hpp>

namespace espalier::cli {
namespace {

using tickets::NetworkSize;
using tickets::Structured;

report::Json in_json(const NetworkSize& size) {
    return {{"parameters", size.parameters}, {"multiply_adds", size.multiply_adds}, {"batch_seconds", size.seconds}};
}

/// How the rebuilt network does with statistics of its own, and without.
struct Recalibrated {
    std::string how;  ///< empty: it keeps those of the network before
    double accuracy_before = 0.0;
    double accuracy = 0.0;
};

/// Gives the network statistics of its own, taken on the training part of its data.
Recalibrated recalibrate(Structured& made, const std::string& how) {
    const tickets::Recalibration recalibration = tickets::parse_recalibration(how);
    if (recalibration == tickets::Recalibration::none) return {};
    const tickets::Evaluation evaluation(made.ticket.config);
    if (!tickets::has_statistics(evaluation.build(made.ticket.network))) {
        throw ConfigError("--recalibrate " + how +
                          ": the network has no batch normalisation, whose statistics could be taken anew; leave it "
                          "out");
    }
    const auto accuracy = [&] { return evaluation.score(made.ticket.network, tickets::Part::test).accuracy; };
    Recalibrated found{.how = how, .accuracy_before = accuracy()};
    made.ticket.network = evaluation.recalibrated(std::move(made.ticket.network), recalibration);
    found.accuracy = accuracy();
    return found;
}

std::string json_of(const Structured& made, const Recalibrated& recalibrated, const std::string& out) {
    report::Json layers = report::Json::array();
    for (const tickets::StructuredLayer& layer : made.layers) {
        layers.push_back({{"name", layer.name}, {"shape", layer.after}, {"shape_before", layer.before}});
    }
    report::Json json = {{"format", made.kernels > 0 ? "merged" : "structured"},
                         {"out", out},
                         {"layers", std::move(layers)},
                         {"dense", in_json(made.dense)},
                         {"before", in_json(made.before)},
                         {"after", in_json(made.after)},
                         {"batch", made.batch},
                         {"merged_kernels", made.kernels},
                         {"folded_constants", made.folded},
                         {"cut_off_but_kept", made.cut_off},
                         {"constants_at_borders", made.at_borders},
                         {"output_difference", made.distance}};
    if (!recalibrated.how.empty()) {
        json["recalibrated"] = {{"how", recalibrated.how},
                                {"test_accuracy_before", recalibrated.accuracy_before},
                                {"test_accuracy", recalibrated.accuracy}};
    }
    return report::document(json);
}

std::string sizes_in_words(const Structured& made) {
    report::Table table({"network", "parameters", "multiply-adds", "ms a batch of " + std::to_string(made.batch)});
    const auto add = [&](const std::string& what, const NetworkSize& size) {
        table.add({what, report::grouped(size.parameters), report::grouped(size.multiply_adds),
                   report::rounded(1e3 * size.seconds)});
    };
    add("before, every weight", made.dense);
    add("before, as it is", made.before);
    add("rebuilt", made.after);
    return table.text();
}

std::string recalibrated_in_words(const Recalibrated& recalibrated) {
    if (recalibrated.how.empty()) return "";
    return "running statistics taken anew (" + recalibrated.how + "): test accuracy " +
           report::percent(recalibrated.accuracy_before) + " before, " + report::percent(recalibrated.accuracy) +
           " now\n";
}

std::string merged_in_words(const Structured& made, const Recalibrated& recalibrated, const std::string& out) {
    report::Table table({"layer", "largest kernel before", "merged"});
    for (const tickets::StructuredLayer& layer : made.layers)
        table.add({layer.name, shape_text(layer.before), shape_text(layer.after)});
    return std::to_string(made.kernels) + " kernels became " + std::to_string(made.layers.size()) + "\n" +
           table.text() + sizes_in_words(made) + "outputs differ by " + report::rounded(made.distance) +
           " of the largest\n" + recalibrated_in_words(recalibrated) + "written to " + out + "\n";
}

std::string in_words(const Structured& made, const Recalibrated& recalibrated, const std::string& out) {
    if (made.kernels > 0) return merged_in_words(made, recalibrated, out);
    report::Table table({"layer", "before", "rebuilt"});
    std::size_t narrower = 0;
    for (const tickets::StructuredLayer& layer : made.layers) {
        if (layer.before == layer.after) continue;
        table.add({layer.name, shape_text(layer.before), shape_text(layer.after)});
        ++narrower;
    }
    std::string text = narrower == 0 ? "no channel can go: every layer stays as wide as it was\n" : table.text();
    text += sizes_in_words(made);
    if (made.folded > 0)
        text += std::to_string(made.folded) + " constants of channels without input went into biases\n";
    if (made.cut_off > 0) {
        text +=
            std::to_string(made.cut_off) +
            " channels without input stay: tied to others by a sum or a group, the last of a layer, or because a zero-"
            "padded convolution takes their constant (" +
            std::to_string(made.at_borders) + " of these)\n";
    }
    text += "outputs differ by " + report::rounded(made.distance) + " of the largest\n";
    return text + recalibrated_in_words(recalibrated) + "written to " + out + "\n";
}

}  // namespace

std::string exported_structured(const StructuredExport& options) {
    if (std::filesystem::path(options.out).extension() != ".h5") {
        throw ConfigError("--out " + options.out + (options.merges_kernels ? ": --merge-kernels" : ": --structured") +
                          " writes a topology file with its configuration, FILE.h5");
    }
    tickets::parse_recalibration(options.recalibrate);
    use_threads(options.threads);
    tickets::TicketOptions reading = options.reading;
    reading.notice = write_note;
    const std::vector<tickets::Ticket> found = tickets::read_tickets({options.network}, reading);
    if (found.size() != 1) {
        throw ConfigError(options.network + " is " + std::to_string(found.size()) +
                          " networks; export one, for instance " + found.front().label);
    }
    say_missing_biases(found.front(), print_notice);
    const report::ScoredSamples samples = report::scored_samples(found.front(), options.data, print_notice);
    Structured made = tickets::structured(
        found.front(),
        {.examples = samples.examples,
         .standardisation = samples.standardisation,
         .shape = training::sample_of(samples.shape),
         .classes = samples.classes},
        {.merges_kernels = options.merges_kernels, .keeps_masks = options.keeps_masks, .batch = options.batch});
    const Recalibrated recalibrated = recalibrate(made, options.recalibrate);
    tickets::write_structured(options.out, made);
    return options.json ? json_of(made, recalibrated, options.out) : in_words(made, recalibrated, options.out);
}

}  // namespace espalier::cli
