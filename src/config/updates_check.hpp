#pragma once

#include <espalier/config/given_settings.hpp>
#include <espalier/sparsity/methods/methods.hpp>

namespace espalier::config {

/// Refuses what the keys of [sparsity] ask of topology updates and cannot have, before anything is computed.
/// @param resolved  with the method's values filled in
/// @throws ConfigError with the place of the key that is in the way, and the remedy
void check_updates(const Settings& settings, const sparsity::Method& method, const RunConfig& resolved);

}  // namespace espalier::config
