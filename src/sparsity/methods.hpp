#pragma once

#include <string>
#include <vector>

#include <espalier/base/named.hpp>

namespace espalier::sparsity {

/// A named training method: a combination of pieces and their defaults. A configuration may replace any of the pieces.
struct Method : Named {
    std::string init;           ///< default initial distribution; "dense" keeps every weight
    std::string drop_rule;      ///< empty where the topology never changes
    std::string grow_rule;      ///< empty where the topology never changes
    std::string drop_schedule;  ///< of the drop fraction over training
    std::string update_every;   ///< a Duration
    double drop_fraction = 0.0;
    double stop_fraction = 1.0;  ///< share of the training after which the topology stays

    bool is_dynamic() const { return !drop_rule.empty(); }
};

/// All named methods, in the order help shows them. A new one is one line of this table.
const std::vector<Method>& methods();

}  // namespace espalier::sparsity
