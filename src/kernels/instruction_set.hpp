#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace espalier::kernels {

/// Which version of the vectorised kernels runs. Results may differ between sets in the last bits, never within one.
enum class InstructionSet { portable, avx2, avx512 };

/// The set in use: the best the processor has, unless ESPALIER_ISA (portable, avx2, avx512) asks for a lesser one.
/// @throws ConfigError as asked_instruction_set()
InstructionSet instruction_set();

/// What ESPALIER_ISA asks for; nothing where it is not set or empty.
/// @throws ConfigError where there is no such set, or the processor lacks it
std::optional<InstructionSet> asked_instruction_set();

/// Use this set from now on: for a run that was begun with it, before the first product. Dense products keep to the set
/// of the first of them (gemm.hpp).
/// @throws ConfigError where the processor lacks it
void set_instruction_set(InstructionSet set);

/// All sets, the best first.
const std::vector<InstructionSet>& instruction_sets();

/// Nothing where no set has this name.
std::optional<InstructionSet> instruction_set_of(std::string_view name);

/// What the processor can do, whatever is in use.
bool supports(InstructionSet set);

std::string to_string(InstructionSet set);

/// "portable, avx2": those that the processor has.
std::string supported_names();

}  // namespace espalier::kernels
