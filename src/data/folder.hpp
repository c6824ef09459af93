#pragma once

#include <filesystem>
#include <string>

namespace espalier::data {

/// The file of this name, or where there is none the first that is there of the same with .gz, or of IDX's other
/// spelling, "train-images.idx3-ubyte" for "train-images-idx3-ubyte", without and with .gz.
inline std::filesystem::path data_file(const std::filesystem::path& folder, const std::string& name) {
    std::string dotted = name;
    const std::size_t at = name.rfind("-idx");
    if (at != std::string::npos) dotted[at] = '.';
    for (const std::string& spelling : {name, name + ".gz", dotted, dotted + ".gz"}) {
        std::error_code ignored;
        if (std::filesystem::exists(folder / spelling, ignored)) return folder / spelling;
    }
    return folder / name;
}

}  // namespace espalier::data
