#include <array>

#include <espalier/training/logs/log_formats.hpp>
#include <espalier/training/logs/text_log.hpp>

namespace espalier::training {
namespace {

std::string json_quoted(const std::string& text) {
    std::string json = "\"";
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20) {
            constexpr const char* digits = "0123456789abcdef";
            json.append("\\u00") += {digits[static_cast<unsigned char>(c) >> 4], digits[c & 15]};
        } else {
            if (c == '"' || c == '\\') json += '\\';
            json += c;
        }
    }
    return json + '"';
}

std::string json_value(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return json_quoted(*text);
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) return std::to_string(*integer);
    const std::string number = number_text(std::get<double>(cell));
    return number.empty() ? "null" : number;
}

constexpr const char* row_front = "{\"step\":";

/// The step stands first: a log that goes on is read for it.
std::string jsonl_line(const LogRow& row) {
    std::string json = row_front;
    json.append(std::to_string(row.step));
    const auto put = [&](const std::string& name, const std::string& value) {
        json.append(",").append(json_quoted(name)).append(":").append(value);
    };
    put("kind", json_quoted(row.kind));
    for (const Entry& entry : row.entries) put(entry.column, json_value(entry.value));
    for (const auto& [name, reason] : row.reasons) put(name + "_reason", json_quoted(reason));
    return json.append("}");
}

const TextFormat& jsonl_text() {
    static const TextFormat jsonl{.file = "log.jsonl", .header = "", .front = row_front, .line = jsonl_line};
    return jsonl;
}

}  // namespace

LogFormat jsonl_format() {
    return {.name = "jsonl",
            .files = [](const std::filesystem::path& folder) { return text_log_files(jsonl_text(), folder); },
            .check = [](const std::filesystem::path& folder) { check_text_log(jsonl_text(), folder); },
            .open = [](const std::filesystem::path& folder,
                       std::optional<std::int64_t> step) { return open_text_log(jsonl_text(), folder, step); }};
}

}  // namespace espalier::training
