#include <algorithm>
#include <cstdlib>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/near_names.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/kernels/instruction_set.hpp>

namespace espalier::kernels {
namespace {

InstructionSet chosen() {
    if (const auto asked = asked_instruction_set()) return *asked;
    return *std::ranges::find_if(instruction_sets(), supports);
}

InstructionSet& current() {
    static InstructionSet set = chosen();
    return set;
}

}  // namespace

InstructionSet instruction_set() {
    return current();
}

std::optional<InstructionSet> asked_instruction_set() {
    const char* set_by_user = std::getenv("ESPALIER_ISA");
    const std::string name = set_by_user == nullptr ? "" : set_by_user;
    if (name.empty()) return std::nullopt;
    const auto set = instruction_set_of(name);
    if (!set) {
        std::vector<std::string> names;
        for (const InstructionSet known : instruction_sets()) names.push_back(to_string(known));
        throw ConfigError("ESPALIER_ISA '" + name + "'" + not_known(name, names));
    }
    if (!supports(*set)) {
        throw ConfigError("ESPALIER_ISA = " + name + ": this processor lacks it, it has " + supported_names());
    }
    return set;
}

const std::vector<InstructionSet>& instruction_sets() {
    static const std::vector<InstructionSet> all = {InstructionSet::avx512, InstructionSet::avx2,
                                                    InstructionSet::portable};
    return all;
}

std::optional<InstructionSet> instruction_set_of(std::string_view name) {
    const auto& all = instruction_sets();
    const auto found = std::ranges::find_if(all, [&](InstructionSet set) { return to_string(set) == name; });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

std::string supported_names() {
    std::vector<std::string> names;
    for (const InstructionSet set : instruction_sets()) {
        if (supports(set)) names.insert(names.begin(), to_string(set));
    }
    return join(names);
}

void set_instruction_set(InstructionSet set) {
    if (!supports(set)) throw ConfigError("this processor lacks " + to_string(set) + ", it has " + supported_names());
    current() = set;
}

bool supports(InstructionSet set) {
    if (set == InstructionSet::portable) return true;
#if defined(ESPALIER_X86)
    if (set == InstructionSet::avx512) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
    }
    if (set == InstructionSet::avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
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
