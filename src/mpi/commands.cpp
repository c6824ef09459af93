#include <iostream>

#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/shared_work.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/mpi/commands.hpp>

namespace espalier::mpi {

std::vector<cli::Command> all_commands(Communicator& ranks) {
    const cli::WorkShare share{static_cast<std::size_t>(ranks.rank()), static_cast<std::size_t>(ranks.size()),
                               [&ranks] { barrier(ranks); }};
    return {cli::run_command(&ranks), cli::metrics_command(share), cli::distance_command(share)};
}

cli::ProgramText program_text(Communicator& ranks) {
    cli::ProgramText text;
    text.name = "espalier-mpi";
    text.description = "Commands of espalier whose work several processes share, started by mpirun";
    text.example = "mpirun -n 4 espalier-mpi run mine.toml --set training.blocks=8 --threads 1";
    text.write_result = [&ranks](const std::string& result) {
        if (ranks.rank() == 0) cli::write_stdout(result);
    };
    text.report_failure = [&ranks, name = text.name](const std::string& message) {
        if (ranks.rank() == 0) std::cerr << name << ": " << one_line(message) << std::endl;
        ranks.fail(message);
    };
    return text;
}

}  // namespace espalier::mpi
