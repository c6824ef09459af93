#include <armadillo>

#include <boost/version.hpp>
#include <dnnl.h>
#include <zlib.h>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/cli/terminal/blas.hpp>
#include <espalier/cli/terminal/version.hpp>
#include <espalier/kernels/instruction_set.hpp>

namespace espalier::cli {
namespace {

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
    return {{"instruction set", kernels::to_string(kernels::instruction_set())},
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
    for (const auto& [name, value] : environment()) {
        text += "  " + name + std::string(width - name.size(), ' ') + value;
        if (name == "instruction set") text += " (" + kernels::supported_names() + " by ESPALIER_ISA)";
        text += "\n";
    }
    return text;
}

}  // namespace espalier::cli
