#include <exception>
#include <iostream>

#include <espalier/cli/terminal/freed_memory.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/mpi/commands.hpp>

int main(int argc, char** argv) {
    using namespace espalier;
    cli::let_writes_fail();
    cli::return_freed_memory();
    try {
        mpi::MpiCommunicator ranks(argc, argv);
        return ranks.end(cli::run_program(mpi::all_commands(ranks), argc, argv, mpi::program_text(ranks)));
    } catch (const std::exception& error) {
        std::cerr << "espalier-mpi: " << error.what() << std::endl;
        return cli::failed;
    }
}
