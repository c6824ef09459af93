#include <armadillo>

#include <boost/version.hpp>
#include <dnnl.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/cli/terminal/blas.hpp>
#include <espalier/cli/terminal/build_info.hpp>
#include <espalier/cli/terminal/version.hpp>
#include <espalier/kernels/instruction_set.hpp>

namespace espalier::cli {
namespace {

constexpr const char* instruction_set_name = "instruction set";

std::string dotted(unsigned major, unsigned minor, unsigned patch) {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

std::string onednn_version() {
    const dnnl_version_t* version = dnnl_version();
    return dotted(static_cast<unsigned>(version->major), static_cast<unsigned>(version->minor),
                  static_cast<unsigned>(version->patch));
}

}  // namespace

std::string version() {
    return ESPALIER_VERSION;
}

std::vector<std::pair<std::string, std::string>> environment() {
    return {{instruction_set_name, kernels::to_string(kernels::instruction_set())},
            {"oneDNN", onednn_version()},
            {"BLAS", blas_text()},
            {"Armadillo", dotted(arma::arma_version::major, arma::arma_version::minor, arma::arma_version::patch)},
            {"HDF5", hdf5::library_version()},
            {"Boost", dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
            {"zlib", zlibVersion()}};
}

std::string environment_line() {
    std::string line;
    for (const auto& [name, value] : environment()) line.append(line.empty() ? "" : "; ").append(name + " " + value);
    return line + "; threads " + std::to_string(threads());
}

std::string version_text() {
    constexpr std::size_t width = 18;
    std::string text = "espalier " + version() + "\n";
    const auto add = [&](const std::string& name, const std::string& value) {
        text += "  " + name + std::string(width - name.size(), ' ') + value + "\n";
    };
    add("commit", commit());
    add("built by", compiler() + ", " + build_type());
    for (const auto& [name, value] : environment()) {
        const bool has_choice = name == instruction_set_name;
        add(name, has_choice ? value + " (" + kernels::supported_names() + " by ESPALIER_ISA)" : value);
    }
    return text;
}

std::string version_json() {
    nlohmann::ordered_json json = {
        {"version", version()}, {"commit", commit()}, {"compiler", compiler()}, {"build_type", build_type()}};
    json["instruction_set"] = kernels::to_string(kernels::instruction_set());
    for (const kernels::InstructionSet set : kernels::instruction_sets()) {
        if (kernels::supports(set)) json["instruction_sets"].push_back(kernels::to_string(set));
    }
    for (const auto& [name, value] : environment()) {
        if (name != instruction_set_name) json["libraries"][name] = value;
    }
    return json.dump(2) + "\n";
}

}  // namespace espalier::cli
