#include <memory>

#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/tickets.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/report/comparison_report.hpp>
#include <espalier/tickets/ticket_comparison.hpp>

namespace espalier::cli {
namespace {

struct CompareOptions {
    TicketArguments tickets;
    std::string part = "test";
    std::size_t points = 11;
    bool without_alignment = false;
    std::string align_by = "weights";
    std::string recalibrate = "batches";
    int threads = 0;
    bool json = false;
};

int compare(const CompareOptions& options) {
    use_threads(options.threads);
    const tickets::ComparisonOptions how{.part = tickets::parse_part(options.part),
                                         .points = options.points,
                                         .align = !options.without_alignment,
                                         .by = tickets::parse_align_by(options.align_by),
                                         .recalibration = tickets::parse_recalibration(options.recalibrate)};
    const std::vector<tickets::Ticket> all = load_tickets(options.tickets, 2);
    const tickets::Evaluation evaluation(all.front().config);
    const tickets::Comparison found = tickets::compare(all, evaluation, how);
    write_stdout(options.json ? report::comparison_json(found) : report::comparison_text(found));
    return done;
}

}  // namespace

Command tickets_compare_command() {
    return {.name = "compare",
            .help = "Accuracy, overlap, topology distance and barriers between tickets, before and after alignment",
            .example = "espalier tickets compare runs/set-s0 runs/set-s1 runs/set-s2 --json",
            .set_up = [](Parser& app) -> Action {
                const auto options = std::make_shared<CompareOptions>();
                add_tickets(app, options->tickets);
                app.add_option("--part", options->part, "Where lines and predictions are scored")
                    .type_name("training|validation|test");
                app.add_option("--points", options->points, "Networks on the line between two tickets, both ends too")
                    .between(2, 1001)
                    .type_name("N");
                app.add_flag("--no-align", options->without_alignment, "Only as they are, without alignment");
                app.add_option("--align-by", options->align_by, "What units are aligned by (weights)")
                    .type_name("weights|masks|activations");
                add_recalibrate(app, options->recalibrate, "Of networks on a line");
                add_threads(app, options->threads);
                add_json(app, options->json);
                return [options] { return compare(*options); };
            },
            .explain =
                [] {
                    return explained({columns(
                        {"ticket", "density", "test accuracy", "test loss", "validation accuracy", "calibration error",
                         "as they are", "aligned", "IoU of masks", "containment", "cosine of weights", "sign agreement",
                         "loss barrier", "accuracy barrier", "error barrier", "agreement", "KL divergence", "nnstd"})});
                }};
}

}  // namespace espalier::cli
