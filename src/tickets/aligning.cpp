#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/activation_matching.hpp>
#include <espalier/tickets/aligning.hpp>
#include <espalier/topology/alignment/align_all.hpp>

namespace espalier::tickets {
namespace {

topology::AlignmentOptions options_of(AlignBy by) {
    topology::AlignmentOptions options;
    if (by == AlignBy::masks) options.objective = topology::AlignmentObjective::masks;
    return options;
}

}  // namespace

const std::vector<Choice<AlignBy>>& align_criteria() {
    static const std::vector<Choice<AlignBy>> table = {
        {{"weights", "what leads to a unit and from it, biases and slopes", "Ainsworth et al., ICLR 2023, section 3.2"},
         AlignBy::weights},
        {{"masks", "which weights there are", ""}, AlignBy::masks},
        {{"activations", "what units say to training examples", "Li et al., ICLR 2016"}, AlignBy::activations},
    };
    return table;
}

AlignBy parse_align_by(std::string_view name) {
    return choice(align_criteria(), name, "alignment by");
}

void require_feeders(const Evaluation& evaluation, const topology::StoredNetwork& network) {
    if (evaluation.shares_normalisation()) {
        throw ConfigError(network.topology.label +
                          ": its heads share a normalisation, so that their last units would have to move together, "
                          "which is not built; train with model.shared_final_norm = false, or do without alignment");
    }
    const auto says = [](const topology::Layer& layer) { return layer.fed_by.has_value(); };
    if (std::ranges::any_of(network.topology.layers, says)) return;
    const nn::Network<float> built = evaluation.build(network);
    for (std::size_t k = 1; k < built.size(); ++k) {
        if (built.inputs_of(k) == std::vector<std::size_t>{k - 1}) continue;
        throw FormatError(network.topology.label +
                          ": does not say which layers feed which, and its model is no chain, so that units tied by "
                          "additions are not known; align runs or topology files, which say it");
    }
}

topology::Alignment align(AlignBy by, const Evaluation& evaluation, const topology::StoredNetwork& reference,
                          const topology::StoredNetwork& moved) {
    require_feeders(evaluation, reference);
    require_feeders(evaluation, moved);
    if (by == AlignBy::activations) return match_activations(evaluation, reference, moved);
    return align(by, reference, moved);
}

topology::Alignment align(AlignBy by, const topology::StoredNetwork& reference, const topology::StoredNetwork& moved) {
    if (by == AlignBy::activations) throw ConfigError("activations need the examples that they are compared on");
    return topology::align(reference, moved, options_of(by));
}

std::vector<topology::Permutations> align_to_mean(AlignBy by, const std::vector<topology::StoredNetwork>& networks) {
    if (by == AlignBy::activations) {
        throw ConfigError("activations align tickets to one of them, not to their mean: by weights or masks that goes");
    }
    return topology::align_all(networks, options_of(by)).permutations;
}

}  // namespace espalier::tickets
