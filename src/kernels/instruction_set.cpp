#include <cstdlib>
#include <string_view>

#include <espalier/base/error.hpp>
#include <espalier/kernels/instruction_set.hpp>

namespace espalier::kernels {
namespace {

InstructionSet from_environment() {
    const char* set_by_user = std::getenv("ESPALIER_ISA");
    const std::string_view text = set_by_user == nullptr ? "" : set_by_user;
    for (const InstructionSet set : {InstructionSet::avx512, InstructionSet::avx2, InstructionSet::portable}) {
        if ((text.empty() || to_string(set) == text) && supports(set)) return set;
    }
    throw ConfigError("ESPALIER_ISA=" + std::string(text) +
                      ": portable, avx2 or avx512, as far as this processor goes");
}

InstructionSet& current() {
    static InstructionSet set = from_environment();
    return set;
}

}  // namespace

InstructionSet instruction_set() {
    return current();
}

void set_instruction_set(InstructionSet set) {
    if (!supports(set)) throw ConfigError("this processor does not have " + to_string(set));
    current() = set;
}

bool supports(InstructionSet set) {
    switch (set) {
        case InstructionSet::avx512:
            return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
        case InstructionSet::avx2:
            return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
        case InstructionSet::portable:
            return true;
    }
    return false;
}

std::string to_string(InstructionSet set) {
    switch (set) {
        case InstructionSet::avx512:
            return "avx512";
        case InstructionSet::avx2:
            return "avx2";
        case InstructionSet::portable:
            return "portable";
    }
    return "unknown";
}

}  // namespace espalier::kernels
