#include <espalier/base/error.hpp>
#include <espalier/kernels/instruction_set.hpp>

#include "support.hpp"

namespace espalier::kernels {

TEST_CASE("instruction set: portable always works, the one in use is supported", "[kernels]") {
    CHECK(supports(InstructionSet::portable));
    CHECK(supports(instruction_set()));
    const InstructionSet before = instruction_set();
    set_instruction_set(InstructionSet::portable);
    CHECK(instruction_set() == InstructionSet::portable);
    set_instruction_set(before);
    if (!supports(InstructionSet::avx512)) CHECK_THROWS_AS(set_instruction_set(InstructionSet::avx512), ConfigError);
}

}  // namespace espalier::kernels
