#include "small_sweep.hpp"
#include <fstream>

#include <espalier/base/files/files.hpp>

#include "small_run.hpp"

namespace espalier::testing {

std::vector<std::string> small_sweep(const std::filesystem::path& folder, const std::string& lines,
                                     const std::vector<std::string>& more) {
    static_cast<void>(small_run(folder / "base"));  // writes base.toml
    if (lines.find("update_every") != std::string::npos) {
        std::string base = read_text(folder / "base.toml");
        const std::string every = "update_every = \"4it\"\n";
        base.erase(base.find(every), every.size());
        std::ofstream(folder / "base.toml") << base;
    }
    std::ofstream(folder / "sweep.toml") << "name = \"small\"\nbase = \"base.toml\"\n" << lines;
    std::vector<std::string> arguments = {"sweep", (folder / "sweep.toml").string(), "--out",
                                          (folder / "out").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

}  // namespace espalier::testing
