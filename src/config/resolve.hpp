#pragma once

#include <espalier/config/settings.hpp>

namespace espalier::config {

/// The configuration of a run: what the method decides filled in, and the rules between keys checked. Resolving the
/// printed form of the result gives the same again.
///
/// - init, drop_fraction, update_every, drop_rule, grow_rule, drop_schedule, stop_fraction: the method's own where
/// unset
/// - epsilon above 0 needs init er, takes it where init is unset, and excludes a density
/// - init dense: density becomes 1; method dense allows no other init
///
/// @throws ConfigError with the place of the key that would have to change
RunConfig resolve(const Settings& settings);

}  // namespace espalier::config
