#include <array>
#include <charconv>
#include <cmath>
#include <fstream>

#include <espalier/base/text/error.hpp>
#include <espalier/training/logs/text_log.hpp>

namespace espalier::training {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_log_line = 1 << 16;

class TextLog : public RunLog {
  public:
    TextLog(const fs::path& path, std::string (*line)(const LogRow&)) : file_(path), line_(line) {}

    void append(const LogRow& row) override { file_.append(line_(row) + "\n"); }
    void sync() override { file_.sync(); }

    LogFile& file() { return file_; }

  private:
    LogFile file_;
    std::string (*line_)(const LogRow&);
};

[[noreturn]] void refuse_log(const fs::path& path, const std::string& what) {
    throw FormatError(path.string() + " " + what + "; move it away, and the run goes on with a new one");
}

/// The first bytes of a regular file; a link, a FIFO or nothing has none.
std::string beginning_of(const fs::path& path, std::size_t size) {
    std::error_code failed;
    if (fs::symlink_status(path, failed).type() != fs::file_type::regular) return "";
    std::string bytes(size, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(bytes.data(), static_cast<std::streamsize>(size));
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return bytes;
}

/// What every log of the format begins with.
const std::string& mark_of(const TextFormat& format) {
    return format.header.empty() ? format.front : format.header;
}

std::optional<std::int64_t> step_of_row(std::string_view line, const std::string& front) {
    if (!line.starts_with(front)) return std::nullopt;
    line.remove_prefix(front.size());
    std::int64_t step = 0;
    const auto [end, failed] = std::from_chars(line.data(), line.data() + line.size(), step);
    const bool is_followed = end != line.data() + line.size() && *end == ',';
    return failed == std::errc{} && is_followed ? std::optional(step) : std::nullopt;
}

/// Where the rows up to a step end. A line that a crash has cut short is none.
std::uintmax_t end_of_rows(const fs::path& path, const TextFormat& format, std::int64_t last_step) {
    std::ifstream in(path, std::ios::binary);
    std::array<char, longest_log_line> buffer{};
    std::uintmax_t end = 0;
    for (std::size_t number = 1; in.getline(buffer.data(), buffer.size()) && !in.eof(); ++number) {
        const std::string_view line(buffer.data(), static_cast<std::size_t>(in.gcount()) - 1);
        const bool is_header = number == 1 && !format.header.empty();
        if (is_header && format.header != std::string(line) + "\n") {
            refuse_log(path, "has other columns than this version writes");
        }
        if (!is_header) {
            const std::optional<std::int64_t> step = step_of_row(line, format.front);
            if (!step) refuse_log(path, "line " + std::to_string(number) + " is no row of a log");
            if (*step > last_step) return end;
        }
        end += line.size() + 1;
    }
    if (!in.eof()) refuse_log(path, "has a line of more than " + std::to_string(longest_log_line) + " bytes");
    return end;
}

}  // namespace

std::vector<fs::path> text_log_files(const TextFormat& format, const fs::path& folder) {
    const fs::path path = folder / format.file;
    return beginning_of(path, mark_of(format).size()) == mark_of(format) ? std::vector{path} : std::vector<fs::path>{};
}

void check_text_log(const TextFormat& format, const fs::path& folder) {
    const fs::path path = folder / format.file;
    std::error_code failed;
    const fs::file_type type = fs::symlink_status(path, failed).type();
    if (type == fs::file_type::not_found) return;
    const bool is_log =
        type == fs::file_type::regular && mark_of(format).starts_with(beginning_of(path, mark_of(format).size()));
    if (!is_log) throw ConfigError(path.string() + " is no log of a run, and one is to be written there: move it away");
}

std::unique_ptr<RunLog> open_text_log(const TextFormat& format, const fs::path& folder,
                                      std::optional<std::int64_t> resumed_at) {
    const fs::path path = folder / format.file;
    auto log = std::make_unique<TextLog>(path, format.line);
    const std::uintmax_t end = resumed_at ? end_of_rows(path, format, *resumed_at) : 0;
    log->file().cut(end);
    if (end == 0) log->file().append(format.header);
    return log;
}

std::string number_text(double value) {
    if (!std::isfinite(value)) return "";
    std::array<char, 32> text{};
    const auto [end, failed] = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end};
}

}  // namespace espalier::training
