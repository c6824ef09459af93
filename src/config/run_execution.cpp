#include <cstdlib>

#include <espalier/base/text/error.hpp>
#include <espalier/config/embedded_crossovers.hpp>
#include <espalier/config/run_execution.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/config/value.hpp>

namespace espalier::config {
namespace {

namespace fs = std::filesystem;
using kernels::InstructionSet;

fs::path absolute_folder(const char* variable) {
    const char* text = std::getenv(variable);
    const fs::path folder = text == nullptr ? "" : text;
    return folder.is_absolute() ? folder : fs::path();
}

nn::Crossovers shipped(InstructionSet set) {
    return nn::Crossovers::parse(
        parse_toml(embedded_crossovers(set), to_string(set) + ".toml").config.model.crossovers);
}

}  // namespace

const nn::Crossovers& shipped_crossovers(InstructionSet set) {
    static const nn::Crossovers portable = shipped(InstructionSet::portable);
    static const nn::Crossovers avx2 = shipped(InstructionSet::avx2);
    static const nn::Crossovers avx512 = shipped(InstructionSet::avx512);
    return set == InstructionSet::avx512 ? avx512 : set == InstructionSet::avx2 ? avx2 : portable;
}

fs::path tuned_crossovers_file() {
    fs::path folder = absolute_folder("XDG_CONFIG_HOME");
    if (folder.empty()) {
        const fs::path home = absolute_folder("HOME");
        if (home.empty()) return "";
        folder = home / ".config";
    }
    return folder / "espalier" / "crossovers.toml";
}

std::string crossovers_toml(const nn::Crossovers& crossovers, const std::string& comment) {
    return comment + "[model]\ncrossovers = " + toml_text(crossovers.text()) + "\n";
}

nn::Crossovers read_crossovers(const fs::path& file) {
    const std::string remedy = "; remove the file, or make it again with 'espalier tune'";
    try {
        const Settings settings = read_toml(file);
        const std::string& text = settings.config.model.crossovers;
        if (text.empty()) throw ConfigError(file.string() + ": model.crossovers is missing");
        return nn::Crossovers::parse(text);
    } catch (const ConfigError& error) {
        throw ConfigError(error.what() + remedy);
    }
}

nn::Crossovers machine_crossovers() {
    const InstructionSet set = kernels::instruction_set();
    const fs::path file = tuned_crossovers_file();
    std::error_code failed;
    if (!file.empty() && fs::exists(file, failed)) {
        nn::Crossovers tuned = read_crossovers(file);
        if (tuned.instruction_set() == to_string(set)) return tuned;
    }
    return shipped_crossovers(set);
}

void fill_crossovers(RunConfig& config) {
    RunConfig::Model& model = config.model;
    if (model.execution == "auto" && model.crossovers.empty()) model.crossovers = machine_crossovers().text();
}

nn::Execution execution(const RunConfig& config) {
    const RunConfig::Model& model = config.model;
    if (model.execution != "auto") return nn::Execution(choice(nn::executions(), model.execution, "model.execution"));
    return nn::Execution(nn::ExecutionWay::automatic, model.crossovers.empty()
                                                          ? shipped_crossovers(kernels::instruction_set())
                                                          : nn::Crossovers::parse(model.crossovers));
}

}  // namespace espalier::config
