#include <cmath>

#include <espalier/training/run/result_fields.hpp>
#include <espalier/training/trainer/objective.hpp>

namespace espalier::training {
namespace {

using R = RunResult;

constexpr const char* no_validation = "data.validation is 0";
constexpr const char* none_yet = "no evaluation of the network as it is now";

double number_of(const std::optional<double>& value) {
    return value.value_or(std::nan(""));
}

/// Of a run that has validation this is false only where it was stopped between an update and an evaluation.
bool has_best(const R& result) {
    return result.best_step || !result.validation_loss;
}

std::string no_reason(const R&) {
    return "";
}

std::string no_test_accuracy(const R& result) {
    return result.has_accuracy ? no_test_reason : no_accuracy_reason;
}

std::string no_validation_accuracy(const R& result) {
    return result.has_accuracy ? no_validation : no_accuracy_reason;
}

std::string no_test_loss(const R& result) {
    return result.has_test ? "the loss is not finite" : no_test_reason;
}

std::string no_validation_loss(const R&) {
    return no_validation;
}

std::string no_best_step(const R& result) {
    return has_best(result) ? no_validation : none_yet;
}

std::string no_best_test_accuracy(const R& result) {
    if (result.has_accuracy && result.validation_accuracy && !result.has_test) return no_test_loss(result);
    return has_best(result) || !result.has_accuracy ? no_validation_accuracy(result) : none_yet;
}

std::string no_best_test_loss(const R& result) {
    return result.best_test_loss ? no_test_loss(result) : no_best_step(result);
}

std::string no_exploration(const R& result) {
    return result.exploration_reason;
}

}  // namespace

const std::vector<ResultField>& result_fields() {
    using enum InRunFile;
    static const std::vector<ResultField> fields = {
        {"test_accuracy", "Share of the test set that is classified rightly, at the end of the run", false, true,
         always, [](const R& r) { return r.test_accuracy; }, no_test_accuracy},
        {"validation_accuracy", "The same of the held out share of the training set", false, true, no,
         [](const R& r) { return number_of(r.validation_accuracy); }, no_validation_accuracy},
        {"best_test_accuracy", "Test accuracy of the evaluation that was best on validation", false, true,
         where_defined, [](const R& r) { return number_of(r.best_test_accuracy); }, no_best_test_accuracy},
        {"best_step", "Step of that evaluation", true, true, where_defined,
         [](const R& r) { return r.best_step ? static_cast<double>(*r.best_step) : std::nan(""); }, no_best_step},
        {"test_loss", "Mean loss over the test set, at the end", false, true, always,
         [](const R& r) { return r.test_loss; }, no_test_loss},
        {"validation_loss", "The same over the validation set", false, false, no,
         [](const R& r) { return number_of(r.validation_loss); }, no_validation_loss},
        {"best_test_loss", "Test loss of the evaluation that was best on validation", false, false, where_defined,
         [](const R& r) { return number_of(r.best_test_loss); }, no_best_test_loss},
        {"density", "Kept share of the weights that a mask can thin out", false, true, always,
         [](const R& r) { return r.density; }, no_reason},
        {"training_flops", "Floating-point operations of all training steps", false, false, always,
         [](const R& r) { return r.training_flops; }, no_reason},
        {"training_flops_ratio", "The same over those with every weight kept", false, false, always,
         [](const R& r) { return r.training_flops_ratio; }, no_reason},
        {"inference_flops", "Floating-point operations of one sample at the end", false, false, always,
         [](const R& r) { return r.inference_flops; }, no_reason},
        {"inference_flops_ratio", "The same over those with every weight kept", false, false, always,
         [](const R& r) { return r.inference_flops_ratio; }, no_reason},
        {"backward_density", "Share of all positions that steps change", false, false, always,
         [](const R& r) { return r.backward_density; }, no_reason},
        {"exploration_rate", "Share of all positions that were ever in use (R_s)", false, true, no,
         [](const R& r) { return number_of(r.exploration_rate); }, no_exploration},
        {"seconds", "Wall clock, all parts of a resumed run together", false, true, always,
         [](const R& r) { return r.seconds; }, no_reason},
        {"steps_per_second", "Training steps per second, without evaluation and files", false, true, always,
         [](const R& r) { return r.steps_per_second; }, no_reason},
        {"loading_share", "Share of the training steps' time that loading samples and changing images took", false,
         false, always, [](const R& r) { return r.loading_share; }, no_reason},
        {"peak_rss_bytes", "Highest memory of the process", true, true, always,
         [](const R& r) { return static_cast<double>(r.peak_rss_bytes); }, no_reason},
    };
    return fields;
}

std::vector<Entry> facts_of(const RunResult& result) {
    std::vector<Entry> facts;
    for (const ResultField& field : result_fields()) {
        const double value = field.value(result);
        const bool is_defined = !std::isnan(value);
        if (field.in_file == InRunFile::no || (field.in_file == InRunFile::where_defined && !is_defined)) continue;
        if (field.is_count) {
            facts.push_back({field.name, static_cast<std::int64_t>(value)});
        } else {
            facts.push_back({field.name, value});
        }
        if (!is_defined) facts.push_back({field.name + "_reason", field.reason(result)});
    }
    return facts;
}

}  // namespace espalier::training
