#pragma once

#include <string>
#include <vector>

#include <espalier/config/given_settings.hpp>

namespace espalier::config {

/// A key that some method, model or schedule reads and others do not.
struct KeyReader {
    std::string key;
    std::string of;  ///< what reads it, in words: "optimizer.kind sgd"
    bool (*reads)(const RunConfig& resolved);
};

/// All keys that not every run reads; the others are read whatever is chosen, or refused where they have no meaning.
const std::vector<KeyReader>& readers();

/// One line that names the keys that were given with another value than their default and that this run does not read;
/// empty where there are none.
/// @param resolved  what resolve() made of the settings
std::string unread_keys(const Settings& settings, const RunConfig& resolved);

/// The keys of a section that this run reads, without the section's name: "density", ...
std::vector<std::string> keys_read(const RunConfig& resolved, const std::string& section);

}  // namespace espalier::config
