#include <array>
#include <charconv>
#include <type_traits>

#include <espalier/base/text/error.hpp>
#include <espalier/config/value.hpp>

namespace espalier::config {
namespace {

constexpr std::array<const char*, std::variant_size_v<Value>> type_names = {
    "true or false", "an integer", "a number", "text", "a list of integers", "a list of numbers", "a list of texts"};

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::string escaped_control(char c) {
    constexpr const char* digits = "0123456789ABCDEF";
    const auto code = static_cast<unsigned char>(c);
    return std::string("\\u00") + digits[code >> 4] + digits[code & 15];
}

std::string text_of(bool value) {
    return value ? "true" : "false";
}

std::string text_of(std::int64_t value) {
    return std::to_string(value);
}

std::string text_of(double value) {
    std::array<char, 32> buffer{};
    const auto [end, failed] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    std::string text(buffer.data(), end);
    return text.find_first_of(".einf") == std::string::npos ? text + ".0" : text;
}

std::string text_of(const std::string& value) {
    std::string quoted = "\"";
    for (const char c : value) {
        if (is_control(c)) {
            quoted += escaped_control(c);
        } else {
            if (c == '"' || c == '\\') quoted += '\\';
            quoted += c;
        }
    }
    return quoted + '"';
}

template <class Item>
std::string text_of(const std::vector<Item>& items) {
    std::string text = "[";
    for (const Item& item : items) text.append(text.size() == 1 ? "" : ", ").append(text_of(item));
    return text + "]";
}

template <class From>
constexpr bool is_list = false;
template <class Item>
constexpr bool is_list<std::vector<Item>> = true;

bool is_empty_list(const Value& value) {
    return std::visit(
        [](const auto& held) {
            if constexpr (is_list<std::decay_t<decltype(held)>>) {
                return held.empty();
            } else {
                return false;
            }
        },
        value);
}

Value empty_like(const Value& like) {
    return std::visit([](const auto& held) { return Value(std::decay_t<decltype(held)>{}); }, like);
}

}  // namespace

std::string type_name(const Value& value) {
    return type_names[value.index()];
}

Value converted(const Value& value, const Value& like) {
    if (value.index() == like.index()) return value;
    if (const auto* integer = std::get_if<std::int64_t>(&value); integer && std::holds_alternative<double>(like)) {
        return static_cast<double>(*integer);
    }
    const auto* integers = std::get_if<std::vector<std::int64_t>>(&value);
    if (integers != nullptr && std::holds_alternative<std::vector<double>>(like)) {
        return std::vector<double>(integers->begin(), integers->end());
    }
    if (is_empty_list(value) && is_empty_list(empty_like(like))) return empty_like(like);
    throw ConfigError("is " + type_name(value) + ", and must be " + type_name(like));
}

std::string toml_text(const Value& value) {
    return std::visit([](const auto& held) { return text_of(held); }, value);
}

}  // namespace espalier::config
