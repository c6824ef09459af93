#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/tickets/ticket_evaluation.hpp>
#include <espalier/topology/alignment/weight_matching.hpp>

namespace espalier::tickets {

/// What hidden units of two tickets are aligned by.
enum class AlignBy : std::uint8_t { weights, masks, activations };

/// The words for them, in their order.
const std::vector<Choice<AlignBy>>& align_criteria();

/// @throws ConfigError naming the nearest known
AlignBy parse_align_by(std::string_view name);

/// Refuses a network that does not say which layers feed which where its model has more than one after the other: files
/// of other tools do not, and units tied by a residual stream would be moved apart.
/// @param evaluation  knows the model
/// @throws FormatError naming the network
void require_feeders(const Evaluation& evaluation, const topology::StoredNetwork& network);

/// Where the second ticket's hidden units resemble the first's most.
/// @param evaluation  gives the training examples that activations are compared on
/// @throws as topology::align(), match_activations() and require_feeders()
topology::Alignment align(AlignBy by, const Evaluation& evaluation, const topology::StoredNetwork& reference,
                          const topology::StoredNetwork& moved);

/// The same by weights or masks, which need no examples.
/// @throws ConfigError for activations
topology::Alignment align(AlignBy by, const topology::StoredNetwork& reference, const topology::StoredNetwork& moved);

/// The same for every two of many, by weights or masks: each to the mean of the others, the first staying as it is.
/// @throws ConfigError for activations, whose units' mean over networks is not defined
std::vector<topology::Permutations> align_to_mean(AlignBy by, const std::vector<topology::StoredNetwork>& networks);

}  // namespace espalier::tickets
