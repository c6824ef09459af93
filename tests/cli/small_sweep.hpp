#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace espalier::testing {

/// A sweep over the run of small_run.hpp: variants "set" and "static" x density 0.3 and 0.2 x seeds 0 and 1.
inline const std::string small_grid = R"(seeds = [0, 1]
[grid]
sparsity.density = [0.3, 0.2]
[[variants]]
name = "set"
sparsity.method = "set"
sparsity.update_every = "4it"
[[variants]]
name = "static"
sparsity.method = "static"
)";

/// Two runs, of which "wild" diverges in its first epoch.
inline const std::string one_diverges = R"([[variants]]
name = "tame"
[[variants]]
name = "wild"
optimizer.learning_rate = 1e30
)";

/// `espalier sweep` of these lines into folder/out, with sweep.toml and base.toml written into the folder. Where lines
/// set update_every, the base does not: it would be without effect in a variant with static masks.
std::vector<std::string> small_sweep(const std::filesystem::path& folder, const std::string& lines,
                                     const std::vector<std::string>& more = {});

}  // namespace espalier::testing
