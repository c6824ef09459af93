#pragma once

#include <string>
#include <vector>

#include <espalier/sparsity/initial/structures.hpp>
#include <espalier/sparsity/masks/distribution.hpp>
#include <espalier/sparsity/saliency/saliencies.hpp>

namespace espalier::sparsity {

/// `sparsity.init` read: a distribution, whose positions are drawn uniformly; a structure; a saliency, which looks at
/// the whole network; or a file.
struct Init {
    std::string text = {};                       ///< as it was given
    const Distribution* distribution = nullptr;  ///< where it is no more than one
    const Structure* structure = nullptr;
    StructureNumbers numbers{};  ///< of the structure, both at least 1 where it has them
    const Saliency* saliency = nullptr;
    std::string file = {};    ///< a topology as topology/files/sources.hpp reads it
    bool ratio_only = false;  ///< saliency or file say how many weights a layer keeps; positions are uniform

    /// Where the structure alone says how many weights are kept.
    bool has_density() const { return structure != nullptr && structure->density != nullptr; }
    double density() const { return structure->density(numbers); }

    /// Where one ranking of all layers decides how many weights each keeps.
    bool ranks_globally(bool score_by_layer) const {
        return saliency != nullptr && saliency->traits.ranks_globally && !score_by_layer;
    }
    /// Where sparsity.layer_densities says how many weights each layer keeps.
    bool takes_layer_densities(bool score_by_layer) const {
        return structure != nullptr || (saliency != nullptr && !ranks_globally(score_by_layer));
    }
};

/// @throws ConfigError with what completes `sparsity.init = "..." ...`
Init parse_init(const std::string& text);

/// All forms that an init has: distributions, structures as "block:H,W", saliencies, "ratio_of:INIT" and
/// "file:PATH[@STEP]".
std::vector<std::string> init_forms();

/// The initial mask of a layer by distribution or structure, [out x in*kh*kw], with exactly `kept` weights. The stream
/// is read from its beginning.
Pattern initial_mask(const Init& init, const Shape& shape, std::size_t kept, const Stream& stream);

}  // namespace espalier::sparsity
