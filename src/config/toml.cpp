#include <optional>

#include <toml++/toml.h>

#include <espalier/base/error.hpp>
#include <espalier/base/files.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/config/toml.hpp>

namespace espalier::config {
namespace {

namespace fs = std::filesystem;

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

std::optional<Value> list(const toml::array& array) {
    const auto all = [&](auto accepts) { return std::all_of(array.begin(), array.end(), accepts); };
    if (all([](const toml::node& node) { return node.is_integer(); })) return list_of<std::int64_t>(array);
    if (all([](const toml::node& node) { return node.is_number(); })) return list_of<double>(array);
    if (all([](const toml::node& node) { return node.is_string(); })) return list_of<std::string>(array);
    return std::nullopt;
}

/// What a TOML node holds; nothing for what no key takes: tables, dates, mixed lists.
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

/// Takes one value into the settings; messages begin with `place`.
void take(Settings& settings, const Key& key, Value value, const std::string& place, const fs::path& folder) {
    if (auto* text = std::get_if<std::string>(&value); text != nullptr && key.rule.absolute) {
        *text = key.rule.absolute(*text, folder);
    }
    assign(settings.config, key, value);
    settings.places[key.name] = place;
}

class Reader {
  public:
    Reader(std::string source, fs::path folder) : source_(std::move(source)), folder_(std::move(folder)) {}

    Settings read(const toml::table& root) {
        for (const auto& [name, node] : root) {
            const toml::table* table = is_table(name.str()) ? node.as_table() : nullptr;
            if (table == nullptr) {
                take_node(std::string(name.str()), node);
            } else {
                for (const auto& [leaf, value] : *table) take_node(std::string(name) + "." + std::string(leaf), value);
            }
        }
        return std::move(settings_);
    }

  private:
    void take_node(const std::string& name, const toml::node& node) {
        const std::string place = source_ + ":" + std::to_string(node.source().begin.line);
        try {
            const Key& key = find(name, node);
            const std::optional<Value> value = value_of(node);
            if (!value) throw ConfigError(name + " is " + kind_of(node) + ", and must be " + expected(key));
            take(settings_, key, *value, place, folder_);
        } catch (const ConfigError& error) {
            throw ConfigError(place + ": " + error.what());
        }
    }

    /// An unknown table is reported by its first key, for which a near one can be found.
    static const Key& find(const std::string& name, const toml::node& node) {
        if (is_table(name)) throw ConfigError(name + " is a table: write [" + name + "] and its keys below");
        const toml::table* table = node.as_table();
        if (table == nullptr || table->empty()) return find_key(name);
        return find_key(name + "." + std::string(table->begin()->first.str()));
    }

    static std::string expected(const Key& key) { return type_name(key.get(RunConfig{})); }

    std::string source_;
    fs::path folder_;
    Settings settings_;
};

std::string trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return "";
    return std::string(text.substr(begin, text.find_last_not_of(" \t") + 1 - begin));
}

/// The value of an assignment as TOML, nothing where it is none. What opens like TOML's lists, tables and texts must
/// be.
std::optional<Value> override_value(const std::string& text) {
    if (text.find_first_of("\r\n") != std::string::npos) return std::nullopt;
    try {
        const toml::table table = toml::parse("value = " + text);
        const toml::node* node = table.get("value");
        return node == nullptr ? std::nullopt : value_of(*node);
    } catch (const toml::parse_error& error) {
        if (text.find_first_of("[{\"'") != 0) return std::nullopt;
        throw ConfigError(printable(text) + " is not TOML: " + std::string(error.description()));
    }
}

/// Bytes that are no UTF-8 could be stored but not read back.
void require_utf8(const std::string& text) {
    try {
        static_cast<void>(toml::parse("value = " + toml_text(text)));
    } catch (const toml::parse_error&) {
        throw ConfigError("the value is not UTF-8");
    }
}

void override_one(Settings& settings, std::string_view assignment) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string_view::npos) throw ConfigError("'" + printable(assignment) + "' must be key=value");
    const Key& key = find_key(trimmed(assignment.substr(0, equals)));
    const std::string text = trimmed(assignment.substr(equals + 1));
    require_utf8(text);
    std::optional<Value> value = override_value(text);
    const bool wants_text = std::holds_alternative<std::string>(key.get(RunConfig{}));
    if (!value || (wants_text && !std::holds_alternative<std::string>(*value))) value = text;
    take(settings, key, *value, "--set", fs::current_path());
}

}  // namespace

Settings parse_toml(std::string_view text, const std::string& source, const fs::path& folder) {
    try {
        return Reader(source, folder).read(toml::parse(text));
    } catch (const toml::parse_error& error) {
        const toml::source_position& at = error.source().begin;
        throw ConfigError(source + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                          printable(error.description()));
    }
}

Settings read_toml(const fs::path& file) {
    std::string text;
    try {
        text = read_text(file, size_limit);
    } catch (const Error& error) {
        throw ConfigError(error.what());
    }
    return parse_toml(text, file.string(), file.parent_path());
}

void override_with(Settings& settings, std::span<const std::string> assignments) {
    for (const std::string& assignment : assignments) {
        try {
            override_one(settings, assignment);
        } catch (const ConfigError& error) {
            throw ConfigError(std::string("--set: ") + error.what());
        }
    }
}

}  // namespace espalier::config
