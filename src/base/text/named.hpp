#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/near_names.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {

/// What a registered piece (a drop rule, a method, an activation) tells about itself; help, configuration check and the
/// tables in docs/ come from it.
struct Named {
    std::string name;    ///< as a configuration writes it
    std::string help;    ///< one line, no full stop
    std::string source;  ///< paper and section; empty for common knowledge
};

/// @param entries  a vector, a Registry
template <class Entries>
std::vector<std::string> names_of(const Entries& entries) {
    std::vector<std::string> names;
    names.reserve(entries.size());
    for (const auto& entry : entries) names.push_back(entry.name);
    return names;
}

/// The entry of this name.
/// @throws ConfigError "<what> 'x' is not known. Did you mean 'a'? Known: a, b"
template <class Entries>
const auto& find_named(const Entries& entries, std::string_view name, std::string_view what) {
    const auto found = std::ranges::find_if(entries, [&](const auto& entry) { return entry.name == name; });
    if (found != entries.end()) return *found;
    throw ConfigError(std::string(what) + " '" + std::string(name) + "'" + not_known(name, names_of(entries)));
}

/// One of a fixed number of ways to do something: its name, and what the code calls it.
template <class Value>
struct Choice : Named {
    Value value;
};

/// What the code calls the entry of this name.
/// @throws ConfigError as find_named
template <class Value>
Value choice(const std::vector<Choice<Value>>& entries, std::string_view name, std::string_view what) {
    return find_named(entries, name, what).value;
}

}  // namespace espalier
