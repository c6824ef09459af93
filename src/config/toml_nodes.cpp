#include <algorithm>
#include <sstream>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/config/toml_nodes.hpp>

namespace espalier::config {
namespace {

constexpr std::size_t size_limit = 1U << 20;

template <class Item>
std::optional<Value> list_of(const toml::array& array) {
    std::vector<Item> items;
    for (const toml::node& node : array) {
        const std::optional<Item> item = node.value<Item>();
        if (!item) return std::nullopt;
        items.push_back(*item);
    }
    return items;
}

/// Each on one line of TOML, as the text of a list.
Value tables(const toml::array& array) {
    std::vector<std::string> texts;
    for (const toml::node& node : array) {
        toml::table table = *node.as_table();
        table.is_inline(true);
        std::ostringstream text;
        text << toml::toml_formatter(table, toml::format_flags::allow_literal_strings);
        texts.push_back(text.str());
    }
    return texts;
}

std::optional<Value> list(const toml::array& array) {
    const auto all = [&](auto accepts) { return std::all_of(array.begin(), array.end(), accepts); };
    if (all([](const toml::node& node) { return node.is_integer(); })) return list_of<std::int64_t>(array);
    if (all([](const toml::node& node) { return node.is_number(); })) return list_of<double>(array);
    if (all([](const toml::node& node) { return node.is_string(); })) return list_of<std::string>(array);
    if (all([](const toml::node& node) { return node.is_table(); })) return tables(array);
    return std::nullopt;
}

}  // namespace

toml::table parse_table(std::string_view text, const std::string& source) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        const toml::source_position& at = error.source().begin;
        throw ConfigError(source + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                          excerpt(error.description()));
    }
}

std::string read_toml_text(const std::filesystem::path& file) {
    try {
        return read_text(file, size_limit);
    } catch (const Error& error) {
        throw ConfigError(error.what());
    }
}

std::string place_of(const toml::node& node, const std::string& source) {
    return source + ":" + std::to_string(node.source().begin.line);
}

std::optional<Value> value_of(const toml::node& node) {
    if (const auto* array = node.as_array()) return list(*array);
    if (const auto* value = node.as_boolean()) return Value(value->get());
    if (const auto* value = node.as_integer()) return Value(value->get());
    if (const auto* value = node.as_floating_point()) return Value(value->get());
    if (const auto* value = node.as_string()) return Value(value->get());
    return std::nullopt;
}

std::string kind_of(const toml::node& node) {
    if (node.is_table()) return "a table";
    return node.is_array() ? "a list of different things" : "a date or time";
}

}  // namespace espalier::config
