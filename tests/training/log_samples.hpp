#pragma once

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include <espalier/base/files/files.hpp>
#include <espalier/training/logs/run_log.hpp>

/// Rows for tests of logs.
namespace espalier::testing {

inline training::LogRow train_row(std::int64_t step) {
    return {.kind = "train",
            .step = step,
            .entries = {{"epoch", static_cast<double>(step) / 2.0},
                        {"split", "train"},
                        {"loss", 0.1},
                        {"accuracy", 0.5},
                        {"learning_rate", 1e-30},
                        {"density", 1.0},
                        {"seconds", 2.25}}};
}

/// A row with what is not defined, and text that must be quoted.
inline training::LogRow undefined_row(std::int64_t step) {
    return {.kind = "topology",
            .step = step,
            .entries = {{"dropped", 7}, {"exploration_rate", std::nan("")}},
            .reasons = {{"exploration_rate", "it is \"off\", as asked"}}};
}

/// A log of a format: whole rows at these steps. The file's text.
inline std::string written_log(const training::LogFormat& format, const std::filesystem::path& folder,
                               std::initializer_list<std::int64_t> steps) {
    const auto log = format.open(folder, std::nullopt);
    for (const std::int64_t step : steps) log->append(train_row(step));
    return read_text(format.files(folder).at(0));
}

inline void put_text(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

}  // namespace espalier::testing
