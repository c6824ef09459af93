#pragma once

#include <vector>

#include <espalier/cli/terminal/app.hpp>
#include <espalier/mpi/mpi_communicator.hpp>

namespace espalier::mpi {

/// What espalier-mpi can do: commands of espalier whose work ranks share, in the order --help shows them.
std::vector<cli::Command> all_commands(Communicator& ranks);

/// What --help says of it. Rank 0 alone writes; an error of another rank reaches it by the communicator.
cli::ProgramText program_text(Communicator& ranks);

}  // namespace espalier::mpi
