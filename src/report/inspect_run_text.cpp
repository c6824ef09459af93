#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <espalier/base/text/text.hpp>
#include <espalier/config/model_check.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/report/inspect_run_text.hpp>
#include <espalier/report/table.hpp>
#include <espalier/report/units.hpp>
#include <espalier/sweep/run_record.hpp>
#include <espalier/tickets/run_tickets.hpp>

namespace espalier::report {
namespace {

using sweep::RunRecord;
using training::RunSummary;

/// "8440" of a snapshot's label, its step in nine digits.
std::string step_text(const std::string& label) {
    const std::size_t digit = label.find_first_not_of('0');
    return digit == std::string::npos && !label.empty() ? "0" : label.substr(std::min(digit, label.size()));
}

std::string layers_line(const config::RunConfig& config) {
    if (config::takes_images(config)) return fmt::format("{}, on {}", config.model.kind, config.data.dataset);
    std::vector<std::string> widths;
    for (const std::int64_t width : config.model.hidden) widths.push_back(std::to_string(width));
    return fmt::format("{} {} with {}, on {}", config.model.kind,
                       widths.empty() ? "without hidden layers" : join(widths, "-"), config.model.activation,
                       config.data.dataset);
}

std::string method_line(const config::RunConfig& config) {
    const auto& sparsity = config.sparsity;
    const std::string amount = sparsity.epsilon > 0.0 ? fmt::format("epsilon {}", sparsity.epsilon)
                                                      : fmt::format("density {}", sparsity.density);
    std::string text = fmt::format("{}, {}, init {}", sparsity.method, amount, sparsity.init);
    if (sparsity.drop_rule != "none") {
        text += fmt::format("; {} dropped by {}, grown by {}, every {}", percent(sparsity.drop_fraction),
                            sparsity.drop_rule, sparsity.grow_rule, sparsity.update_every);
    }
    return text;
}

std::string training_line(const config::RunConfig& config) {
    return fmt::format("{} epochs, batches of {}, {} with rate {} ({})", config.training.epochs,
                       config.training.batch_size, config.optimizer.kind, config.optimizer.learning_rate,
                       config.optimizer.schedule);
}

/// What another program's loop has said of itself: "sparsity.method = "rigl""; nothing stands for the rest.
std::string given_line(const RunRecord& record) {
    std::vector<std::string> parts;
    for (const config::Key& key : config::schema()) {
        if (key.name == "name" || key.name == "seed" || !record.knows(key.name)) continue;
        parts.push_back(key.name + " = " + config::toml_text(key.get(record.config)));
    }
    const std::string by = "written by another program's training loop";
    return parts.empty() ? "none recorded: " + by : join(parts) + "; no others recorded: " + by;
}

/// "93.33 % accuracy, loss 0.2345".
std::string score_text(double accuracy, double loss) {
    std::string text = std::isnan(accuracy) ? "" : percent(accuracy) + " accuracy, ";
    return text + "loss " + rounded(loss);
}

/// What the last evaluation found.
void add_scores(Table& facts, const RunRecord& record) {
    if (record.evaluations.empty()) return;
    const sweep::Evaluation& last = record.evaluations.back();
    facts.add({"test", fmt::format("{}, after step {} (epoch {})", score_text(last.test_accuracy, last.test_loss),
                                   last.step, rounded(last.epoch))});
    if (std::isnan(last.validation_loss)) return;
    std::string text = score_text(last.validation_accuracy, last.validation_loss);
    const double best = record.result("best_test_accuracy");
    if (!std::isnan(best)) {
        const double step = record.result("best_step");
        text += fmt::format("; test {} where it was best", percent(best));
        if (!std::isnan(step)) text += fmt::format(" (step {:.0f})", step);
    }
    facts.add({"validation", text});
}

/// Costs, as far as the run has told them.
void add_costs(Table& facts, const RunRecord& record) {
    std::vector<std::string> parts;
    const double seconds = record.result("seconds");
    const double rate = record.result("steps_per_second");
    const double memory = record.result("peak_rss_bytes");
    const double flops = record.result("training_flops");
    if (!std::isnan(seconds)) parts.push_back(duration_text(seconds));
    if (!std::isnan(rate)) parts.push_back(rounded(std::round(rate)) + " steps/s");
    if (!std::isnan(memory)) parts.push_back("peak memory " + bytes_text(memory));
    if (!std::isnan(flops)) {
        parts.push_back(
            fmt::format("{}, {} of dense", flops_text(flops), percent(record.result("training_flops_ratio"))));
    }
    if (!parts.empty()) facts.add({"cost", join(parts)});
}

std::string density_line(const RunRecord& record) {
    std::string text = percent(record.result("density")) + " of the weights";
    const double rate = record.result("exploration_rate");
    if (!std::isnan(rate)) text += fmt::format("; {} of all positions were ever in use", percent(rate));
    return text;
}

std::string snapshots_line(const std::vector<std::string>& labels) {
    if (labels.empty()) return "none";
    if (labels.size() == 1) return "1, of step " + step_text(labels.front());
    return fmt::format("{}, from step {} to {}", labels.size(), step_text(labels.front()), step_text(labels.back()));
}

std::string tables_line(const RunSummary& run) {
    std::vector<std::string> parts;
    for (const auto& [name, table] : run.metrics) {
        const std::size_t rows =
            table.empty() ? 0 : std::visit([](const auto& column) { return column.size(); }, table.begin()->second);
        parts.push_back(fmt::format("{} ({} rows)", name, grouped(rows)));
    }
    return parts.empty() ? "none" : join(parts);
}

std::string layers_in_words(const RunSummary& run) {
    Table table({"layer", "kind", "shape", "kept", "density", "asked density"});
    for (std::size_t k = 0; k < run.info.layers.size(); ++k) {
        const training::LayerInfo& layer = run.info.layers[k];
        const double density = last_density(run, k);
        double positions = 1.0;
        for (const std::int64_t side : layer.shape) positions *= static_cast<double>(side);
        const std::string kept =
            std::isnan(density) ? "-" : grouped(static_cast<std::uint64_t>(std::llround(density * positions)));
        table.add(
            {layer.name, layer.kind, shape_text(layer.shape), kept, rounded(density), rounded(layer.asked_density)});
    }
    return table.text();
}

/// Empty for a run that made none.
std::string tickets_in_words(const RunSummary& run) {
    Table table({"ticket", "end of its phase", "snapshot", "validation accuracy", "test accuracy", "density"});
    const std::vector<tickets::RunTicket> tickets = tickets::run_tickets(run);
    for (const tickets::RunTicket& ticket : tickets) {
        table.add({std::to_string(ticket.ticket), std::to_string(ticket.step), std::to_string(ticket.snapshot),
                   percent(ticket.validation_accuracy), percent(ticket.test_accuracy), rounded(ticket.density)});
    }
    return tickets.empty() ? "" : "\n" + table.text();
}

/// A row for each part of a run that was resumed; empty for one that was not.
std::string parts_in_words(const RunSummary& run) {
    if (run.parts.size() < 2) return "";
    Table table({"part after step", "instruction set", "espalier", "threads", "begun"});
    for (const training::RunPart& part : run.parts) {
        table.add({std::to_string(part.step), part.instruction_set, part.version, std::to_string(part.threads),
                   part.created});
    }
    return "\n" + table.text();
}

}  // namespace

double last_density(const RunSummary& run, std::size_t layer) {
    const auto table = run.metrics.find("topology");
    if (table == run.metrics.end()) return std::nan("");
    const auto numbers = table->second.find("layer");
    const auto densities = table->second.find("density");
    if (numbers == table->second.end() || densities == table->second.end()) return std::nan("");
    const auto* number = std::get_if<std::vector<std::int64_t>>(&numbers->second);
    const auto* density = std::get_if<std::vector<double>>(&densities->second);
    if (number == nullptr || density == nullptr) return std::nan("");
    for (std::size_t row = number->size(); row-- > 0;) {
        if ((*number)[row] == static_cast<std::int64_t>(layer)) return (*density)[row];
    }
    return std::nan("");
}

std::string run_in_words(const RunSummary& run, const std::filesystem::path& path) {
    const RunRecord record = sweep::read_run_record(path);
    Table facts({"run", fmt::format("{}, seed {}", run.info.name, run.info.seed)});
    facts.add({"file", path.string()});
    facts.add(
        {"status", fmt::format("{}; begun {} by espalier {}", run.status, run.created, run.info.espalier_version)});
    if (!record.failure().empty()) facts.add({"failure", record.failure()});
    if (record.status == "unreadable") {
        facts.add({"settings", "not those of this version: " + record.reason});
    } else {
        if (record.has_whole_config()) {
            facts.add({"network", layers_line(record.config)});
            facts.add({"topology", method_line(record.config)});
            facts.add({"training", training_line(record.config)});
        } else {
            facts.add({"settings", given_line(record)});
        }
        add_scores(facts, record);
        facts.add({"density", density_line(record)});
        add_costs(facts, record);
    }
    facts.add({"snapshots", snapshots_line(run.snapshots)});
    facts.add({"metrics", tables_line(run)});
    facts.add({"environment", run.info.environment});
    return facts.text() + "\n" + layers_in_words(run) + tickets_in_words(run) + parts_in_words(run) +
           "\n--json has the last rows of the metrics, all results and the configuration.\n";
}

}  // namespace espalier::report
