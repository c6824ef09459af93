#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/cli/json.hpp>
#include <espalier/cli/run_result.hpp>

namespace espalier::cli {
namespace {

double or_nan(const std::optional<double>& value) {
    return value.value_or(std::nan(""));
}

std::string percent(const std::optional<double>& share) {
    return share ? fmt::format("{:.2f} %", 100.0 * *share) : "-";
}

}  // namespace

std::string result_json(const training::RunResult& result) {
    Json json;
    json["out"] = result.out.string();
    json["status"] = result.status;
    json["seed"] = result.seed;
    json["epochs"] = result.epochs;
    json["steps"] = result.steps;
    put_number(json, "test_accuracy", result.test_accuracy, "");
    put_number(json, "validation_accuracy", or_nan(result.validation_accuracy), "data.validation is 0");
    put_number(json, "best_test_accuracy", or_nan(result.best_test_accuracy), "data.validation is 0");
    put_number(json, "test_loss", result.test_loss, "the loss is not finite");
    put_number(json, "density", result.density, "");
    put_number(json, "training_flops", result.training_flops, "");
    put_number(json, "training_flops_ratio", result.training_flops_ratio, "");
    put_number(json, "inference_flops", result.inference_flops, "");
    put_number(json, "inference_flops_ratio", result.inference_flops_ratio, "");
    put_number(json, "exploration_rate", or_nan(result.exploration_rate), result.exploration_reason);
    put_number(json, "seconds", result.seconds, "");
    put_number(json, "steps_per_second", result.steps_per_second, "");
    json["peak_rss_bytes"] = result.peak_rss_bytes;
    json["snapshots"] = result.snapshots;
    return document(json);
}

std::string summary(const training::RunResult& result) {
    std::string text = fmt::format("{}: {} after {} steps in {:.1f} s ({:.0f} steps/s)\n", result.out.string(),
                                   result.status, result.steps, result.seconds, result.steps_per_second);
    text +=
        fmt::format("test accuracy {}, validation {}, test at the best validation {}\n", percent(result.test_accuracy),
                    percent(result.validation_accuracy), percent(result.best_test_accuracy));
    text += fmt::format("density {}, explored {}, peak memory {:.0f} MiB, {} snapshots\n", percent(result.density),
                        percent(result.exploration_rate), static_cast<double>(result.peak_rss_bytes) / 1048576.0,
                        result.snapshots.size());
    text += fmt::format("training {:.3g} FLOPs, {:.3g} of dense; inference {:.3g} FLOPs a sample, {:.3g} of dense\n",
                        result.training_flops, result.training_flops_ratio, result.inference_flops,
                        result.inference_flops_ratio);
    return text;
}

}  // namespace espalier::cli
