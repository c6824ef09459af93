#pragma once

#include <array>
#include <string>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>
#include <espalier/base/text/named.hpp>
#include <espalier/sparsity/masks/distribution.hpp>

namespace espalier::sparsity {

/// What stands behind a structure's name: 8 and 16 of "block:8,16".
using StructureNumbers = std::array<std::size_t, 2>;

/// A form that the initial mask of every layer has. What the topology becomes in training has it no more, unless the
/// method is static.
///
/// The name is written as in a configuration, "biregular" or, with numbers, "block:H,W".
struct Structure : Named {
    /// Kept weights of a layer come in multiples of this.
    /// @throws ConfigError where the layer's shape cannot have the form: what does not fit, no place and no remedy
    std::size_t (*unit)(const Shape& shape, const StructureNumbers& numbers);
    /// [out x in*kh*kw] with exactly `kept` weights, a multiple of the unit.
    Pattern (*draw)(const Shape& shape, std::size_t kept, const StructureNumbers& numbers, Stream& stream);
    /// Where the form alone says how many weights are kept; else null.
    double (*density)(const StructureNumbers& numbers) = nullptr;
    /// Why a layer gets another form, or nothing; null where that never happens.
    std::string (*note)(const Shape& shape, std::size_t kept) = nullptr;

    /// The name without numbers.
    std::string id() const { return name.substr(0, name.find(':')); }
    bool has_numbers() const { return name.find(':') != std::string::npos; }
};

/// biregular, ramanujan, ramanujan_lift, circulant, constant_fan_in, block:H,W, nm:N,M. The graphs come from topology/.
const std::vector<Structure>& structures();

}  // namespace espalier::sparsity
