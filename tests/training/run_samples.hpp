#pragma once

#include <string>
#include <vector>

#include <espalier/training/run/run_file.hpp>

/// A small run that tests write: everything in it follows from the step.
namespace espalier::training {

inline RunInfo sample_info() {
    return {.name = "sample",
            .seed = 3,
            .espalier_version = "0.1.0",
            .config = "name = \"sample\"\n",
            .environment = "avx2",
            .layers = {{"000_fc1", "linear", {20, 30}, true},
                       {"001_relu", "activation", {20}, false},
                       {"002_norm", "batch_norm", {20}, false},
                       {"003_fc2", "linear", {10, 20}, true}}};
}

inline Pattern sample_pattern(std::size_t rows, std::size_t cols, std::int64_t step) {
    std::vector<std::uint64_t> kept;
    for (std::uint64_t k = 0; k < rows * cols; ++k) {
        if ((k * 7 + static_cast<std::uint64_t>(step)) % 5 == 0) kept.push_back(k);
    }
    return Pattern::from_flat(rows, cols, kept);
}

inline std::vector<float> sample_values(std::size_t count, std::int64_t step) {
    std::vector<float> values(count);
    for (std::size_t k = 0; k < count; ++k) values[k] = static_cast<float>(k) * 0.25F + static_cast<float>(step);
    return values;
}

inline void write_sample_snapshot(RunFile& run, std::int64_t step) {
    const Pattern first = sample_pattern(20, 30, step);
    const Pattern second = Pattern::full(10, 20);
    const std::vector<float> values = sample_values(first.edges(), step);
    const std::vector<float> bias = sample_values(20, step);
    run.write_snapshot(step, {{"000_fc1", {20, 30}, &first, values, {{"bias", bias}}},
                              {"002_norm", {20}, nullptr, std::nullopt, {{"scale", bias}, {"running_mean", bias}}},
                              {"003_fc2", {10, 20}, &second, std::nullopt, {}}});
}

inline void write_sample_rows(RunFile& run, std::int64_t step) {
    run.append("train", step, {{"loss", 1.0 / static_cast<double>(step + 1)}, {"seconds", 0.5}});
    if (step % 10 == 0) run.append("eval", step, {{"split", "test"}, {"accuracy", 0.9}});
    if (step % 10 == 0) run.append("topology", step, {{"layer", -1}, {"density", 0.2}});
}

/// What a checkpoint knows after the rows and snapshots of all steps from 0 on.
inline ResumePoint sample_point(std::int64_t step) {
    return {step, step + 1 + 2 * (step / 10 + 1), step + 1};
}

}  // namespace espalier::training
