#pragma once

#include <functional>
#include <span>
#include <vector>

#include <espalier/topology/superposition/members.hpp>

namespace espalier::topology {

/// The weighted sum of networks: on the union of their masks, where an absent weight counts as 0, and of all other
/// parameters. Label, source and names are the first one's.
///
/// A member of coefficient 0 is left out, mask and all. Sums are taken in double, in the members' order, and rounded
/// once; so coefficients that sum to 1 give equal members back to the bit (as long as no sum of doubles is further than
/// half a float off: any thinkable number of members).
///
/// @param coefficients  one per member, not all 0
/// @throws FormatError, NumericError as require_members(), and where the counts differ
/// Cost: O(members x edges of the union), rows dealt to threads.
StoredNetwork combine(Members members, std::span<const double> coefficients);

/// combine() with 1/n each: the uniform mean. `task_vector` averaging, W + mean(theta_i - W) with a common ancestor W,
/// is this too, since its coefficients sum to 1.
StoredNetwork mean_of(Members members);

/// The sum of the weights over the number of members that have them: the connection-aware average (`caa_true`,
/// definitions.md 5.2). Other parameters are present in all.
StoredNetwork mean_of_present(Members members);

/// What number results from those that the members hold of it; called from several threads.
using Merge = std::function<float(std::span<const float>)>;

/// The other parameters of the members, number by number, as the first one names them.
std::vector<StoredParameter> merged_parameters(Members members, const Merge& merge);

}  // namespace espalier::topology
