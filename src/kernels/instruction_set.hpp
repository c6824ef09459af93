#pragma once

#include <string>

namespace espalier::kernels {

/// Which version of the vectorised kernels runs. Results may differ between sets in the last bits, never within one.
enum class InstructionSet { portable, avx2, avx512 };

/// The set in use: the best the processor has, unless ESPALIER_ISA (portable, avx2, avx512) asks for a lesser one.
InstructionSet instruction_set();

/// For tests: use this set from now on.
/// @throws ConfigError where the processor lacks it
void set_instruction_set(InstructionSet set);

/// What the processor can do, whatever is in use.
bool supports(InstructionSet set);

std::string to_string(InstructionSet set);

}  // namespace espalier::kernels
