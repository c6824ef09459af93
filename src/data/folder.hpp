#pragma once

#include <filesystem>
#include <string>

namespace espalier::data {

/// The file of this name, or of this name with .gz where only that exists.
inline std::filesystem::path plain_or_gzip(const std::filesystem::path& folder, const std::string& name) {
    std::error_code ignored;
    const std::filesystem::path packed = folder / (name + ".gz");
    const bool only_packed =
        !std::filesystem::exists(folder / name, ignored) && std::filesystem::exists(packed, ignored);
    return only_packed ? packed : folder / name;
}

}  // namespace espalier::data
