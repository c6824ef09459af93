#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/named.hpp>
#include <espalier/base/text/printable.hpp>

namespace espalier {

/// Whether a name can stand in a configuration, on a command line and in JSON: a lower-case letter, then lower-case
/// letters, digits and underscores, 60 at most.
constexpr bool is_plain_name(std::string_view name) {
    if (name.empty() || name.size() > 60 || name.front() < 'a' || name.front() > 'z') return false;
    return std::ranges::all_of(name,
                               [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// Entries by name: those that are built in, then those that plug-ins add.
///
/// Entries never move: whoever has found one may keep a reference to it. add() must not run beside anything else that
/// looks at the registry.
template <class Entry>
class Registry {
  public:
    using value_type = Entry;

    /// @param built_in  in the order help shows them
    explicit Registry(std::vector<Entry> built_in)
        : entries_(std::make_move_iterator(built_in.begin()), std::make_move_iterator(built_in.end())) {}

    /// The first entry; those built in come before those added.
    auto begin() const { return entries_.begin(); }
    /// Behind the last entry.
    auto end() const { return entries_.end(); }
    /// How many there are.
    std::size_t size() const { return entries_.size(); }
    /// The first entry, of a registry that has one.
    const Entry& front() const { return entries_.front(); }

    /// @param what  the entry is: "drop rule"
    /// @throws ConfigError where the name is taken, or none
    void add(Entry entry, std::string_view what) {
        const std::string named = std::string(what) + " " + excerpt(entry.name);
        if (!is_plain_name(entry.name) || entry.name == "none") {
            throw ConfigError(named +
                              " has no possible name: it must be a lower-case letter, then lower-case letters, digits "
                              "and underscores, 60 at most, and not none");
        }
        for (const Entry& other : entries_) {
            if (other.name == entry.name) throw ConfigError(named + " cannot be added: there is one of this name");
        }
        entries_.push_back(std::move(entry));
    }

  private:
    std::deque<Entry> entries_;
};

}  // namespace espalier
