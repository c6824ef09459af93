#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>
#include <espalier/report/run_result.hpp>
#include <espalier/report/table.hpp>
#include <espalier/report/units.hpp>
#include <espalier/training/run/result_fields.hpp>

namespace espalier::report {
namespace {

double or_nan(const std::optional<double>& value) {
    return value.value_or(std::nan(""));
}

std::string scores(const training::RunResult& result) {
    constexpr const char* text = "test {} {}, validation {}, test at the best validation {}{}\n";
    const std::string at = result.best_step ? fmt::format(" (step {})", *result.best_step) : "";
    if (result.has_accuracy) {
        return fmt::format(fmt::runtime(text), "accuracy", percent(result.test_accuracy),
                           percent(or_nan(result.validation_accuracy)), percent(or_nan(result.best_test_accuracy)), at);
    }
    return fmt::format(fmt::runtime(text), "loss", rounded(result.test_loss), rounded(or_nan(result.validation_loss)),
                       rounded(or_nan(result.best_test_loss)), at);
}

}  // namespace

std::string result_json(const training::RunResult& result) {
    Json json;
    json["out"] = result.out.string();
    json["status"] = result.status;
    json["seed"] = result.seed;
    json["epochs"] = result.epochs;
    json["steps"] = result.steps;
    for (const training::ResultField& field : training::result_fields()) {
        put_number(json, field.name, field.value(result), field.reason(result));
    }
    if (result.ranks > 1) {
        json["ranks"] = {{"count", result.ranks},
                         {"messages_per_step", result.messages_per_step},
                         {"bytes_per_step", result.bytes_per_step},
                         {"peak_rss_bytes", result.peak_rss_bytes_by_rank}};
    }
    json["snapshots"] = result.snapshots;
    json["tickets"] = result.tickets;
    return document(json);
}

std::string summary(const training::RunResult& result) {
    std::string text =
        fmt::format("{}: {} after {} steps in {} ({} steps/s, {} of their time loading)\n", result.out.string(),
                    result.status, rounded(static_cast<double>(result.steps)), duration_text(result.seconds),
                    rounded(std::round(result.steps_per_second)), percent(result.loading_share));
    text += scores(result);
    text += fmt::format("density {}, explored {}, peak memory {}, {} snapshots\n", percent(result.density),
                        percent(or_nan(result.exploration_rate)),
                        bytes_text(static_cast<double>(result.peak_rss_bytes)), result.snapshots.size());
    if (!result.tickets.empty()) text += fmt::format("tickets: snapshots {}\n", fmt::join(result.tickets, ", "));
    text += fmt::format("training {}, {} of dense; inference {} a sample, {} of dense\n",
                        flops_text(result.training_flops), percent(result.training_flops_ratio),
                        flops_text(result.inference_flops), percent(result.inference_flops_ratio));
    if (result.ranks > 1) {
        text += fmt::format("{} ranks, each with {} messages and {} a step\n", result.ranks,
                            rounded(result.messages_per_step), bytes_text(result.bytes_per_step));
    }
    return text;
}

}  // namespace espalier::report
