#include <memory>

#include <nlohmann/json.hpp>

#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/tickets.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/table.hpp>
#include <espalier/tickets/agreement.hpp>
#include <espalier/tickets/calibration.hpp>
#include <espalier/tickets/ticket_evaluation.hpp>
#include <espalier/tickets/ticket_overlap.hpp>

namespace espalier::cli {
namespace {

using tickets::Part;
using tickets::Predictions;

struct EnsembleOptions {
    TicketArguments tickets;
    int threads = 0;
    bool json = false;
};

/// One network or all together, on one part of the data.
struct Quality {
    double accuracy = 0.0;
    double loss = 0.0;
    double calibration_error = 0.0;
};

Quality quality(const Predictions& predictions) {
    return {tickets::accuracy(predictions), tickets::negative_log_likelihood(predictions),
            tickets::expected_calibration_error(predictions)};
}

/// What is told of one part of the data.
struct PartReport {
    std::vector<Quality> members;
    Quality together;
    tickets::Diversity diversity;

    double mean_accuracy() const {
        double sum = 0.0;
        for (const Quality& member : members) sum += member.accuracy;
        return sum / static_cast<double>(members.size());
    }
    /// The first of those with the highest accuracy.
    std::size_t best() const {
        return static_cast<std::size_t>(std::ranges::max_element(members, {}, &Quality::accuracy) - members.begin());
    }
};

PartReport report(const std::vector<tickets::Ticket>& all, const tickets::Evaluation& evaluation, Part part) {
    PartReport found;
    std::vector<Predictions> predictions;
    for (const tickets::Ticket& ticket : all) {
        predictions.push_back(evaluation.predict(ticket.network, part));
        found.members.push_back(quality(predictions.back()));
    }
    found.together = quality(tickets::ensemble(predictions));
    found.diversity = tickets::diversity(predictions);
    return found;
}

struct Report {
    std::vector<std::string> labels;
    std::vector<double> densities;
    std::optional<PartReport> validation;
    PartReport test;
    double mask_iou = 0.0;  ///< mean over pairs
};

void put_part(report::Json& json, const std::string& part, const Quality& quality) {
    json[part + "_accuracy"] = report::number(quality.accuracy);
    json[part + "_loss"] = report::number(quality.loss);
    json[part + "_calibration_error"] = report::number(quality.calibration_error);
}

std::string as_json(const Report& report) {
    report::Json members = report::Json::array();
    for (std::size_t m = 0; m < report.labels.size(); ++m) {
        report::Json member = {{"label", report.labels[m]}, {"density", report::number(report.densities[m])}};
        if (report.validation) put_part(member, "validation", report.validation->members[m]);
        put_part(member, "test", report.test.members[m]);
        members.push_back(std::move(member));
    }
    report::Json json = {{"members", std::move(members)}};
    if (report.validation) put_part(json, "validation", report.validation->together);
    put_part(json, "test", report.test.together);
    json["mean_member_test_accuracy"] = report::number(report.test.mean_accuracy());
    report::put_number(json, "best_member_test_accuracy",
                       report.validation ? report.test.members[report.validation->best()].accuracy : std::nan(""),
                       "no example is held out, and the best member is the one best on validation");
    json["disagreement"] = report::number(report.test.diversity.disagreement);
    json["divergence"] = report::number(report.test.diversity.divergence);
    json["mask_iou"] = report::number(report.mask_iou);
    return report::document(json);
}

std::string in_words(const Report& report) {
    report::Table table({"ticket", "density", "test accuracy", "test loss", "calibration error"});
    const auto add = [&](const std::string& label, const std::string& density, const Quality& quality) {
        table.add({label, density, report::percent(quality.accuracy), report::rounded(quality.loss),
                   report::rounded(quality.calibration_error)});
    };
    for (std::size_t m = 0; m < report.labels.size(); ++m) {
        add(report.labels[m], report::rounded(report.densities[m]), report.test.members[m]);
    }
    add("ensemble", "", report.test.together);
    return table.text() + "mean member " + report::percent(report.test.mean_accuracy()) + "; members differ on " +
           report::percent(report.test.diversity.disagreement) + " of the test set, KL divergence " +
           report::rounded(report.test.diversity.divergence) + ", masks' mean IoU " + report::rounded(report.mask_iou) +
           "\n";
}

int ensemble(const EnsembleOptions& options) {
    use_threads(options.threads);
    const std::vector<tickets::Ticket> all = load_tickets(options.tickets, 2);
    const tickets::Evaluation evaluation(all.front().config);
    Report found;
    for (const tickets::Ticket& ticket : all) {
        found.labels.push_back(ticket.label);
        found.densities.push_back(topology::density(ticket.network.topology));
    }
    if (evaluation.has_validation()) found.validation = report(all, evaluation, Part::validation);
    found.test = report(all, evaluation, Part::test);
    found.mask_iou = tickets::mean_iou(all);
    write_stdout(options.json ? as_json(found) : in_words(found));
    return done;
}

}  // namespace

Command tickets_ensemble_command() {
    return {
        .name = "ensemble",
        .help = "What tickets predict together: the mean of their probabilities, and how much they differ",
        .example = "espalier tickets ensemble runs/set-s0 runs/set-s1 runs/set-s2",
        .set_up = [](Parser& app) -> Action {
            const auto options = std::make_shared<EnsembleOptions>();
            add_tickets(app, options->tickets);
            add_threads(app, options->threads);
            add_json(app, options->json);
            return [options] { return ensemble(*options); };
        },
        .explain =
            [] {
                return explained({columns({"ticket", "density", "test accuracy", "test loss", "calibration error"})});
            }};
}

}  // namespace espalier::cli
