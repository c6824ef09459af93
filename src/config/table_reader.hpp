#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/named.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/config/table_keys.hpp>
#include <espalier/config/toml_nodes.hpp>

namespace espalier::config {

/// Puts what a table of a file gives into `into`, whose `places` get where each key stands ("lottery.toml:7").
/// @param title  the table's name, "find"
/// @throws ConfigError "lottery.toml:7: levls is not a key of [find]. Did you mean 'levels'?"
template <class Table>
void take_table(Table& into, const toml::node& node, const std::string& title, const std::string& source,
                const std::vector<TableKey<Table>>& keys) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
        throw ConfigError(place_of(node, source) + ": " + title + " must be a table, [" + title + "]");
    }
    for (const auto& entry : *table) {
        const std::string name(entry.first.str());
        const std::string place = place_of(entry.second, source);
        const auto key = std::ranges::find(keys, name, &TableKey<Table>::name);
        if (key == keys.end()) {
            throw ConfigError(place + ": " + excerpt(name) + " is not a key of [" + title + "]." +
                              did_you_mean(name, names_of(keys)));
        }
        const std::optional<Value> value = value_of(entry.second);
        const Value like = key->get(Table{});
        if (!value) {
            throw ConfigError(place + ": " + name + " is " + kind_of(entry.second) + ", and must be " +
                              type_name(like));
        }
        try {
            key->put(into, key->rule.read(*value, like));
        } catch (const ConfigError& error) {
            throw ConfigError(place + ": " + name + " = " + excerpt(toml_text(*value)) + " " + error.what());
        }
        into.places[name] = place;
    }
}

}  // namespace espalier::config
