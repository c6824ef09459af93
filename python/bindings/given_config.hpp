#pragma once

#include <string>

#include <espalier/config/given_settings.hpp>

namespace espalier::python {

/// A configuration as Python gives it: a file or TOML, and what is set beside it.
struct GivenConfig {
    std::string path;  ///< empty: the text
    std::string text;
    std::string overrides;  ///< TOML, over the file's
};

/// @throws ConfigError, IoError as config::read_toml() and config::parse_toml()
config::Settings settings_of(const GivenConfig& given);

}  // namespace espalier::python
