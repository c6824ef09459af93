#include <espalier/base/text/error.hpp>
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

TEST_CASE("instruction set: by name, and the names this processor has", "[kernels]") {
    for (const InstructionSet set : instruction_sets()) CHECK(instruction_set_of(to_string(set)) == set);
    CHECK_FALSE(instruction_set_of("sse9").has_value());
    CHECK_FALSE(instruction_set_of("").has_value());
    CHECK(supported_names().starts_with("portable"));
    CHECK((supported_names().find("avx512") != std::string::npos) == supports(InstructionSet::avx512));
}

}  // namespace espalier::kernels
