#pragma once

#include <filesystem>

#include <espalier/config/given_settings.hpp>

namespace espalier::config {

/// Whether a file that sparsity.init names is looked into for its density.
enum class InitFile {
    look,
    trust,  ///< sparsity.density is taken as it is given: of what a run has recorded (the file may be gone by now), or
            ///< of a run whose file will come
};

/// The configuration of a run: what the method decides filled in, and the rules between keys checked. Resolving the
/// printed form of the result gives the same again.
///
/// - init, drop_fraction, update_every, drop_rule, grow_rule, drop_schedule, stop_fraction: the method's own where
/// unset
/// - epsilon above 0 needs init er, takes it where init is unset, and excludes a density
/// - init dense: density becomes 1; method dense allows no other init
///
/// @throws ConfigError with the place of the key that would have to change
RunConfig resolve(const Settings& settings, InitFile init_file = InitFile::look);

/// Whether this is what resolve() made, printed: it gives most keys. What another program's loop says of itself gives a
/// few, and the defaults in the place of the others are not its own.
bool was_resolved(const Settings& settings);

/// A configuration with sparsity.init as a relative path where it names a file in the run's folder, so that moving the
/// folder makes no other run of it. For what runs record, never to be run as it is.
RunConfig portable(RunConfig config, const std::filesystem::path& folder);

}  // namespace espalier::config
