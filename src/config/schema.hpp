#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/config/rule.hpp>
#include <espalier/config/run_config.hpp>

namespace espalier::config {

/// One key of the configuration. Reading, printing, the check for unknown keys and docs/configuration.md come from it.
struct Key {
    std::string name;  ///< dotted: "sparsity.density"
    std::string help;  ///< one line, no full stop
    Rule rule;
    std::function<Value(const RunConfig&)> get;
    std::function<void(RunConfig&, const Value&)> put;  ///< unchecked: see assign()

    std::string table() const;  ///< "sparsity"; empty for the keys at the top
    std::string leaf() const;   ///< "density"
};

/// All keys, in the order they are printed in; the keys of a table stand together. A new key is one line of keys.cpp or
/// sparsity_keys.cpp.
const std::vector<Key>& schema();

/// The key of this dotted name.
/// @throws ConfigError "sparsity.densty is not a key. Did you mean 'sparsity.density'?"
const Key& find_key(std::string_view name);

/// True for the name of a table, "sparsity".
bool is_table(std::string_view name);

/// Checks the value and stores it.
/// @throws ConfigError "sparsity.density = 1.5 must be above 0.0 and at most 1.0"
void assign(RunConfig& config, const Key& key, const Value& value);

}  // namespace espalier::config
