#include <array>

#include <espalier/training/log_formats.hpp>
#include <espalier/training/text_log.hpp>

namespace espalier::training {
namespace {

std::string quoted(const std::string& text) {
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

std::string value_text(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return quoted(*text);
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) return std::to_string(*integer);
    const std::string number = number_text(std::get<double>(cell));
    return number.empty() ? "null" : number;
}

constexpr const char* front = "{\"step\":";

/// The step stands first: a log that goes on is read for it.
std::string line(const LogRow& row) {
    std::string json = front + std::to_string(row.step);
    const auto put = [&](const std::string& name, const std::string& value) {
        json.append(",").append(quoted(name)).append(":").append(value);
    };
    put("kind", quoted(row.kind));
    for (const Entry& entry : row.entries) put(entry.column, value_text(entry.value));
    for (const auto& [name, reason] : row.reasons) put(name + "_reason", quoted(reason));
    return json.append("}");
}

const TextFormat& format() {
    static const TextFormat jsonl{.file = "log.jsonl", .header = "", .front = front, .line = line};
    return jsonl;
}

}  // namespace

LogFormat jsonl_format() {
    return {.name = "jsonl",
            .files = [](const std::filesystem::path& folder) { return text_log_files(format(), folder); },
            .check = [](const std::filesystem::path& folder) { check_text_log(format(), folder); },
            .open = [](const std::filesystem::path& folder,
                       std::optional<std::int64_t> step) { return open_text_log(format(), folder, step); }};
}

}  // namespace espalier::training
