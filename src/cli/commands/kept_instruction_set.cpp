#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands/kept_instruction_set.hpp>
#include <espalier/kernels/instruction_set.hpp>
#include <espalier/training/run/run_summary.hpp>

namespace espalier::cli {

void keep_instruction_set(const std::filesystem::path& run_file,
                          const std::function<void(const std::string&)>& notice) {
    const std::string name = training::read_run_summary(run_file).instruction_set();
    if (name.empty()) return;
    const std::string front = "--resume: " + run_file.string() + " was computed with instruction set " + name;
    const auto asked = kernels::asked_instruction_set();
    if (asked && kernels::to_string(*asked) != name) {
        throw ConfigError(front + ", and ESPALIER_ISA = " + kernels::to_string(*asked) +
                          " asks for another, whose results differ: unset it, or --force to start again");
    }
    const auto set = kernels::instruction_set_of(name);
    if (!set || !kernels::supports(*set)) {
        throw ConfigError(front + ", which this processor lacks (it has " + kernels::supported_names() +
                          "), and results differ between sets: resume where there is " + name +
                          ", or --force to start again");
    }
    if (kernels::instruction_set() == *set) return;
    kernels::set_instruction_set(*set);
    notice("goes on with instruction set " + name + ", as the run was computed so far");
}

}  // namespace espalier::cli
