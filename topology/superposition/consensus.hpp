#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/topology/superposition/members.hpp>

namespace espalier::topology {

/// Where the values of a consensus mask come from.
struct ValueRule : Named {
    enum class Kind {
        mean_present,  ///< over the members that have the weight
        mean_all,      ///< absent ones count as 0
        first,         ///< of the members that have it, the first one's
        largest,       ///< of largest magnitude; of equal ones the earlier member's
        reference,     ///< one member's; 0 where it lacks the weight, as of a weight newly grown
    };
    Kind kind = Kind::mean_present;
};

/// All there are; the first is what is taken where none is named.
const std::vector<ValueRule>& value_rules();

/// @throws ConfigError naming the rules there are
const ValueRule& value_rule(std::string_view name);

/// What consensus() is asked for.
struct Consensus {
    /// A weight is kept where at least this many members have it: 1 is the union, all of them the intersection.
    std::size_t needed = 1;
    ValueRule::Kind values = ValueRule::Kind::mean_present;
    std::size_t reference = 0;  ///< the member of rule `reference`
};

/// ceil(share x members), at least 1: how many are a majority at share 0.5 ("at least half").
/// @throws ConfigError for a share outside (0, 1]
std::size_t needed_of(double share, std::size_t members);

/// The mask that members agree on, with values by the chosen rule (definitions.md 5.6). Biases and the like are in all
/// members and follow the same rule.
/// @throws FormatError as require_members(), and where more are needed than there are; NumericError
/// Cost: O(members x edges of the union), rows dealt to threads.
StoredNetwork consensus(Members members, const Consensus& wanted);

}  // namespace espalier::topology
