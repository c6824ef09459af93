#pragma once

#include <espalier/config/given_settings.hpp>

namespace espalier::config {

/// Refuses what the resolved configuration asks of a model that has it not: a stream without a width, scores that need
/// a linear network behind a normalisation.
/// @throws ConfigError with the line that asks for it
void check_model(const Settings& settings, const RunConfig& resolved);

/// Whether the model takes images; it then has no hidden widths and no activation of its choice.
bool takes_images(const RunConfig& config);

}  // namespace espalier::config
