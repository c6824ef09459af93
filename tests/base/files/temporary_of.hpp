#pragma once

#include <filesystem>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier::testing {

/// The name of the temporary that this process makes when it replaces a file.
inline std::filesystem::path temporary_of(const std::filesystem::path& target) {
    std::filesystem::path found;
    try {
        replace_file(target, [&](const std::filesystem::path& temporary) {
            found = temporary;
            throw Error("it stays as it is");
        });
    } catch (const Error&) {
    }
    return found;
}

}  // namespace espalier::testing
