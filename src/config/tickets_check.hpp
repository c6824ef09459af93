#pragma once

#include <espalier/config/given_settings.hpp>

namespace espalier::config {

/// Refuses ticket phases that the rest of the configuration contradicts, before anything is computed.
/// @param resolved  with the methods' values filled in
/// @throws ConfigError with the place of the key that is in the way, and the remedy
void check_tickets(const Settings& settings, const RunConfig& resolved);

}  // namespace espalier::config
