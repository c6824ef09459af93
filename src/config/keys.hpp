#pragma once

#include <string>
#include <utility>
#include <vector>

#include <espalier/config/member_value.hpp>
#include <espalier/config/schema.hpp>

/// What the keys of the schema are written down with: for keys.cpp and sparsity_keys.cpp. Whoever uses them takes
/// schema.hpp.
namespace espalier::config {
namespace keys {

inline constexpr double largest_count = 2147483648.0;
inline constexpr Range share{.low = 0.0, .high = 1.0};
inline constexpr Range positive_share{.low = 0.0, .high = 1.0, .without_low = true};
inline constexpr Range share_below_one{.low = 0.0, .high = 1.0, .without_high = true};
inline constexpr Range inner_share{.low = 0.0, .high = 1.0, .without_low = true, .without_high = true};
inline constexpr Range count{.low = 1.0, .high = largest_count};

}  // namespace keys

/// Adds the keys of one table to the schema.
template <class Table>
class KeyAdder {
  public:
    KeyAdder(std::vector<Key>& keys, std::string prefix, Table RunConfig::*table)
        : keys_(keys), prefix_(std::move(prefix)), table_(table) {}

    template <class Member>
    void operator()(const char* name, Member Table::*member, Rule rule, const char* help) const {
        const auto table = table_;
        keys_.push_back({prefix_ + name, help, std::move(rule),
                         [=](const RunConfig& config) { return to_value(config.*table.*member); },
                         [=](RunConfig& config, const Value& value) { from_value(config.*table.*member, value); }});
    }

  private:
    std::vector<Key>& keys_;
    std::string prefix_;
    Table RunConfig::*table_;
};

/// All keys, in the order they are printed in.
std::vector<Key> all_keys();

/// Those of [sparsity].
void add_sparsity_keys(std::vector<Key>& keys);

}  // namespace espalier::config
