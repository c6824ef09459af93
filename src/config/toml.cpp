#include <optional>

#include <toml++/toml.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/config/toml_nodes.hpp>

namespace espalier::config {
namespace {

namespace fs = std::filesystem;

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
        const std::string place = place_of(node, source_);
        try {
            const Key& key = find(name, node);
            const std::optional<Value> value = value_of(node);
            if (!value) throw ConfigError(name + " is " + kind_of(node) + ", and must be " + expected(key));
            put(settings_, key, *value, place, folder_);
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
        throw ConfigError(excerpt(text) + " is not TOML: " + std::string(error.description()));
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
    if (equals == std::string_view::npos) throw ConfigError("'" + excerpt(assignment) + "' must be key=value");
    const Key& key = find_key(trimmed(assignment.substr(0, equals)));
    const std::string text = trimmed(assignment.substr(equals + 1));
    require_utf8(text);
    std::optional<Value> value = override_value(text);
    const bool wants_text = std::holds_alternative<std::string>(key.get(RunConfig{}));
    if (!value || (wants_text && !std::holds_alternative<std::string>(*value))) value = text;
    put(settings, key, *value, "--set", fs::current_path());
}

}  // namespace

void put(Settings& settings, const Key& key, Value value, const std::string& place, const fs::path& folder) {
    if (auto* text = std::get_if<std::string>(&value); text != nullptr && key.rule.absolute) {
        *text = key.rule.absolute(*text, folder);
    }
    assign(settings.config, key, value);
    settings.places[key.name] = place;
}

Settings parse_toml(std::string_view text, const std::string& source, const fs::path& folder) {
    return Reader(source, folder).read(parse_table(text, source));
}

Settings read_toml(const fs::path& file) {
    return parse_toml(read_toml_text(file), file.string(), file.parent_path());
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
