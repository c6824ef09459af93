#pragma once

#include <string>
#include <vector>

#include <espalier/sparsity/structures.hpp>

namespace espalier::sparsity {

/// `sparsity.init` read: a distribution, whose positions are drawn uniformly, or a structure.
struct Init {
    const Structure* structure = nullptr;  ///< null: uniform positions
    StructureNumbers numbers{};            ///< of the structure, both at least 1 where it has them

    /// Where the structure alone says how many weights are kept.
    bool has_density() const { return structure != nullptr && structure->density != nullptr; }
    double density() const { return structure->density(numbers); }
};

/// @throws ConfigError with what completes `sparsity.init = "..." ...`
Init parse_init(const std::string& text);

/// All forms that an init has: distributions and structures, "block:H,W".
std::vector<std::string> init_forms();

/// The initial mask of a layer, [out x in*kh*kw], with exactly `kept` weights. The stream is read from its beginning.
Pattern initial_mask(const Init& init, const Shape& shape, std::size_t kept, const Stream& stream);

}  // namespace espalier::sparsity
