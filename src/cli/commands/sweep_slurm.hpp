#pragma once

#include <espalier/cli/commands/slurm_work.hpp>
#include <espalier/cli/commands/sweep_work.hpp>

namespace espalier::cli {

/// `espalier sweep` with --launcher slurm, --watch or --cancel. Exit status.
int sweep_in_slurm(const SweepRequest& request, const SlurmRequest& slurm, bool json);

}  // namespace espalier::cli
