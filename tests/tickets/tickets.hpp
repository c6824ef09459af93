#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/tickets/ticket.hpp>

#include "training/run_requests.hpp"

namespace espalier::testing {

/// Trains a small network on the digits and gives the folder's name.
inline std::string trained(const std::filesystem::path& folder, const std::vector<std::string>& overrides = {},
                           const std::string& method = "static") {
    training::run(digits_request(method, folder, overrides));
    return folder.string();
}

}  // namespace espalier::testing
