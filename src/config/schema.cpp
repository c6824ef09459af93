#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/near_names.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/config/keys.hpp>
#include <espalier/config/schema.hpp>

namespace espalier::config {

std::string Key::table() const {
    const std::size_t dot = name.find('.');
    return dot == std::string::npos ? "" : name.substr(0, dot);
}

std::string Key::leaf() const {
    return name.substr(name.find('.') + 1);
}

const std::vector<Key>& schema() {
    static const std::vector<Key> keys = all_keys();
    return keys;
}

namespace {

/// Names of the keys of one table, without it; of the top level for "".
std::vector<std::string> leaves(const std::string& table) {
    std::vector<std::string> names;
    for (const Key& key : schema()) {
        if (key.table() == table) names.push_back(key.leaf());
    }
    return names;
}

std::vector<std::string> tables() {
    std::vector<std::string> names;
    for (const Key& key : schema()) {
        const bool is_new = names.empty() || names.back() != key.table();
        if (is_new && !key.table().empty()) names.push_back(key.table());
    }
    return names;
}

/// What a key that there is not was meant to be: one of the same table, or one of that name in another.
/// In a table that there is not, the same in the one that is near.
std::string meant_key(const std::string& name) {
    const std::size_t dot = name.find('.');
    std::string table = dot == std::string::npos ? "" : name.substr(0, dot);
    const std::string leaf = name.substr(dot == std::string::npos ? 0 : dot + 1);
    if (!table.empty() && !is_table(table)) {
        const std::vector<std::string> near = near_names(table, tables());
        if (near.size() != 1) return "";
        table = near.front();
        const std::vector<std::string> keys = leaves(table);
        const bool is_key = std::ranges::find(keys, leaf) != keys.end();
        if (is_key) return " Did you mean '" + table + "." + leaf + "'?";
    }
    std::string guess = did_you_mean(leaf, leaves(table), table.empty() ? "" : table + ".");
    if (!guess.empty()) return guess;
    std::vector<std::string> elsewhere;
    for (const Key& key : schema()) {
        if (key.leaf() == leaf) elsewhere.push_back("'" + key.name + "'");
    }
    return elsewhere.size() == 1 ? " Did you mean " + elsewhere.front() + "?" : "";
}

}  // namespace

const Key& find_key(std::string_view name) {
    const auto found = std::ranges::find(schema(), name, &Key::name);
    if (found != schema().end()) return *found;
    throw ConfigError(excerpt(name) + " is not a key." + meant_key(std::string(name.substr(0, 200))));
}

bool is_table(std::string_view name) {
    return !name.empty() && std::ranges::any_of(schema(), [&](const Key& key) { return key.table() == name; });
}

void assign(RunConfig& config, const Key& key, const Value& value) {
    try {
        key.put(config, key.rule.read(value, key.get(RunConfig{})));
    } catch (const ConfigError& error) {
        throw ConfigError(key.name + " = " + excerpt(toml_text(value)) + " " + error.what());
    }
}

}  // namespace espalier::config
