#include <exception>
#include <iostream>
#include <memory>

#include <espalier/cli/terminal/freed_memory.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/mpi/commands.hpp>
#include <espalier/mpi/delayed_communicator.hpp>

int main(int argc, char** argv) {
    using namespace espalier;
    cli::let_writes_fail();
    cli::return_freed_memory();
    try {
        mpi::MpiCommunicator ranks(argc, argv);
        cli::share_cores(ranks.here());
        const cli::ProgramText text = mpi::program_text(ranks);
        try {
            const std::unique_ptr<Communicator> delayed = mpi::delayed_by_environment(ranks);
            return ranks.end(cli::run_program(mpi::all_commands(delayed ? *delayed : ranks), argc, argv, text));
        } catch (const ConfigError& error) {
            text.report_failure(error.what());
            return ranks.end(cli::wrong_usage);
        }
    } catch (const std::exception& error) {
        std::cerr << "espalier-mpi: " << error.what() << std::endl;
        return cli::failed;
    }
}
