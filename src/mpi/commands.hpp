#pragma once

#include <string>
#include <vector>

#include <espalier/cli/terminal/app.hpp>
#include <espalier/mpi/mpi_communicator.hpp>

namespace espalier::mpi {

/// What espalier-mpi can do: commands of espalier whose work ranks share, in the order --help shows them.
std::vector<cli::Command> all_commands(Communicator& ranks);

/// What --help says of it. Rank 0 alone writes; an error of another rank reaches it by the communicator.
cli::ProgramText program_text(Communicator& ranks);

/// Whether a command line asks for help, the version, manual pages or completion: that takes no other rank.
bool asks_about_program(const std::vector<std::string>& words);

/// Whether this process may be one of several that a launcher (mpirun, srun) has started, as its variables tell.
bool may_be_launched();

}  // namespace espalier::mpi
