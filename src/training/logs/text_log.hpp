#pragma once

#include <string>
#include <string_view>

#include <espalier/training/logs/log_file.hpp>
#include <espalier/training/logs/run_log.hpp>

/// What logs of lines share.
namespace espalier::training {

/// How a log of lines looks.
struct TextFormat {
    std::string file;    ///< its name in the run's folder
    std::string header;  ///< its first line, with the line end; empty for none
    std::string front;   ///< what stands in a row before its step
    std::string (*line)(const LogRow& row);
};

/// The file, where it is there and begins as a log does.
std::vector<std::filesystem::path> text_log_files(const TextFormat& format, const std::filesystem::path& folder);

/// See LogFormat::check.
void check_text_log(const TextFormat& format, const std::filesystem::path& folder);

/// See LogFormat::open.
std::unique_ptr<RunLog> open_text_log(const TextFormat& format, const std::filesystem::path& folder,
                                      std::optional<std::int64_t> resumed_at);

/// The shortest text that reads back to the same bits; empty for what is not finite.
std::string number_text(double value);

}  // namespace espalier::training
