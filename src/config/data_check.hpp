#pragma once

#include <espalier/config/given_settings.hpp>

namespace espalier::config {

/// Refuses inputs that are to be scaled by constants of which there are none, or not as many means as deviations. What
/// depends on the dataset is found out with it.
/// @throws ConfigError with the line that asks for it
void check_data(const Settings& settings, const RunConfig& resolved);

}  // namespace espalier::config
