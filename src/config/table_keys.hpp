#pragma once

#include <functional>
#include <string>
#include <vector>

#include <espalier/config/member_value.hpp>
#include <espalier/config/rule.hpp>

namespace espalier::config {

/// A key of a table that is not the configuration's: [find] of a lottery file, [slurm] of a sweep file. Reading, checks
/// and the table in docs/ come from it.
template <class Table>
struct TableKey {
    std::string name;
    std::string help;  ///< one line, no full stop
    Rule rule;
    std::function<Value(const Table&)> get;
    std::function<void(Table&, const Value&)> put;
};

template <class Table, class Member>
TableKey<Table> table_key(const char* name, Member Table::*member, Rule rule, const char* help) {
    return {name, help, std::move(rule), [=](const Table& table) { return to_value(table.*member); },
            [=](Table& table, const Value& value) { from_value(table.*member, value); }};
}

/// The table of keys in docs/.
template <class Table>
std::string table_keys_markdown(const std::vector<TableKey<Table>>& keys) {
    std::string text = "| key | default | may be | meaning |\n| --- | --- | --- | --- |\n";
    for (const TableKey<Table>& key : keys) {
        const Value value = key.get(Table{});
        const std::string allowed = type_name(value) + (key.rule.allowed.empty() ? "" : ", " + key.rule.allowed);
        text.append("| `" + key.name + "` | `" + toml_text(value) + "` | ").append(allowed);
        text.append(" | " + key.help + " |\n");
    }
    return text;
}

}  // namespace espalier::config
