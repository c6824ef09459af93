#pragma once

#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>

namespace espalier::testing {

inline config::RunConfig resolved(const std::string& text) {
    return config::resolve(config::parse_toml(text, "run.toml"));
}

/// What resolving says against it; empty where nothing.
inline std::string refusal(const std::string& text) {
    try {
        resolved(text);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

}  // namespace espalier::testing
