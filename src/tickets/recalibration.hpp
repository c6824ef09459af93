#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/nn/graph/network.hpp>

namespace espalier::tickets {

/// How running means and variances of a merged network's normalisations are taken anew (definitions.md 5.10).
enum class Recalibration : std::uint8_t {
    none,     ///< they stay as they were merged
    batches,  ///< the mean over batches of their moments, each batch alike
    exact,    ///< the moments of all samples together
};

/// The words for them, in their order.
const std::vector<Choice<Recalibration>>& recalibrations();

/// @throws ConfigError naming the nearest known
Recalibration parse_recalibration(std::string_view name);

/// Whether the network follows moments of its data at all.
bool has_statistics(const nn::Network<float>& network);

/// Calls its argument with the inputs of every batch of the training part, in order.
using TrainingBatches = std::function<void(const std::function<void(kernels::View<const float>)>&)>;

/// Takes the network's running statistics anew; dropout is off.
///
/// `exact` goes layer by layer: each is given what comes to it once those before it have theirs, as if all samples were
/// one batch. Cost: one forward pass over the batches; `exact` one for each normalisation.
/// Source: Izmailov et al., UAI 2018 (update_bn) for `batches`.
void recalibrate(nn::Network<float>& network, Recalibration how, const TrainingBatches& batches);

}  // namespace espalier::tickets
