#include <algorithm>

#include <espalier/base/text/text.hpp>
#include <espalier/training/logs/log_formats.hpp>
#include <espalier/training/logs/text_log.hpp>

namespace espalier::training {
namespace {

std::string csv_cell(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return *text;
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) return std::to_string(*integer);
    return number_text(std::get<double>(cell));
}

/// "accuracy: a model without classes": quoted, as it may hold commas.
std::string csv_reasons(const LogRow& row) {
    std::string text;
    for (const auto& [name, reason] : row.reasons) {
        text.append(text.empty() ? "" : "; ").append(name).append(": ").append(reason);
    }
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

std::string csv_line(const LogRow& row) {
    std::vector<std::string> cells;
    for (const std::string& column : log_columns()) {
        const auto entry = std::ranges::find(row.entries, column, &Entry::column);
        cells.push_back(entry == row.entries.end() ? "" : csv_cell(entry->value));
    }
    const auto put = [&](const char* column, std::string text) {
        cells[static_cast<std::size_t>(std::ranges::find(log_columns(), column) - log_columns().begin())] =
            std::move(text);
    };
    put("step", std::to_string(row.step));
    put("kind", row.kind);
    put("reason", csv_reasons(row));
    return join(cells, ",");
}

const TextFormat& csv_text() {
    static const TextFormat csv{
        .file = "log.csv", .header = join(log_columns(), ",") + "\n", .front = "", .line = csv_line};
    return csv;
}

}  // namespace

LogFormat csv_format() {
    return {.name = "csv",
            .files = [](const std::filesystem::path& folder) { return text_log_files(csv_text(), folder); },
            .check = [](const std::filesystem::path& folder) { check_text_log(csv_text(), folder); },
            .open = [](const std::filesystem::path& folder,
                       std::optional<std::int64_t> step) { return open_text_log(csv_text(), folder, step); }};
}

}  // namespace espalier::training
