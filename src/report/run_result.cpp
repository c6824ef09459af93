#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>
#include <espalier/report/run_result.hpp>
#include <espalier/report/table.hpp>
#include <espalier/report/units.hpp>
#include <espalier/training/trainer/objective.hpp>

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
    const char* no_validation = "data.validation is 0";
    const char* no_accuracy = result.has_accuracy ? no_validation : training::no_accuracy_reason;
    const char* no_test = result.has_test ? "the loss is not finite" : training::no_test_reason;
    const bool lacks_test = result.has_accuracy && result.validation_accuracy && !result.has_test;
    put_number(json, "test_accuracy", result.test_accuracy,
               result.has_accuracy ? training::no_test_reason : training::no_accuracy_reason);
    put_number(json, "validation_accuracy", or_nan(result.validation_accuracy), no_accuracy);
    // Of a run that has validation this is undefined only where it was stopped between an update and an evaluation.
    const bool has_best = result.best_step || !result.validation_loss;
    const char* none_yet = "no evaluation of the network as it is now";
    const char* no_best = has_best || !result.has_accuracy ? no_accuracy : none_yet;
    put_number(json, "best_test_accuracy", or_nan(result.best_test_accuracy), lacks_test ? no_test : no_best);
    put_number(json, "best_step", result.best_step ? static_cast<double>(*result.best_step) : std::nan(""),
               has_best ? no_validation : none_yet);
    put_number(json, "test_loss", result.test_loss, no_test);
    put_number(json, "validation_loss", or_nan(result.validation_loss), no_validation);
    put_number(json, "best_test_loss", or_nan(result.best_test_loss),
               result.best_test_loss ? no_test : (has_best ? no_validation : none_yet));
    put_number(json, "density", result.density, "");
    put_number(json, "training_flops", result.training_flops, "");
    put_number(json, "training_flops_ratio", result.training_flops_ratio, "");
    put_number(json, "inference_flops", result.inference_flops, "");
    put_number(json, "inference_flops_ratio", result.inference_flops_ratio, "");
    put_number(json, "backward_density", result.backward_density, "");
    put_number(json, "exploration_rate", or_nan(result.exploration_rate), result.exploration_reason);
    put_number(json, "seconds", result.seconds, "");
    put_number(json, "steps_per_second", result.steps_per_second, "");
    json["peak_rss_bytes"] = result.peak_rss_bytes;
    json["snapshots"] = result.snapshots;
    json["tickets"] = result.tickets;
    return document(json);
}

std::string summary(const training::RunResult& result) {
    std::string text = fmt::format("{}: {} after {} steps in {} ({} steps/s)\n", result.out.string(), result.status,
                                   rounded(static_cast<double>(result.steps)), duration_text(result.seconds),
                                   rounded(std::round(result.steps_per_second)));
    text += scores(result);
    text += fmt::format("density {}, explored {}, peak memory {}, {} snapshots\n", percent(result.density),
                        percent(or_nan(result.exploration_rate)),
                        bytes_text(static_cast<double>(result.peak_rss_bytes)), result.snapshots.size());
    if (!result.tickets.empty()) text += fmt::format("tickets: snapshots {}\n", fmt::join(result.tickets, ", "));
    text += fmt::format("training {}, {} of dense; inference {} a sample, {} of dense\n",
                        flops_text(result.training_flops), percent(result.training_flops_ratio),
                        flops_text(result.inference_flops), percent(result.inference_flops_ratio));
    return text;
}

}  // namespace espalier::report
