#pragma once

#include <string_view>

#include <espalier/kernels/instruction_set.hpp>

namespace espalier::config {

/// The file `src/config/crossovers/<set>.toml` as it was when the library was built.
std::string_view embedded_crossovers(kernels::InstructionSet set);

}  // namespace espalier::config
