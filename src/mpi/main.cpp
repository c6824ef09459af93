#include <algorithm>
#include <exception>
#include <iostream>
#include <memory>

#include <espalier/base/ranks/thread_ranks.hpp>
#include <espalier/cli/terminal/freed_memory.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/mpi/commands.hpp>
#include <espalier/mpi/delayed_communicator.hpp>

namespace {

using namespace espalier;

int run_with(Communicator& ranks, int argc, char** argv) {
    const cli::ProgramText text = mpi::program_text(ranks);
    try {
        const std::unique_ptr<Communicator> delayed = mpi::delayed_by_environment(ranks);
        return cli::run_program(mpi::all_commands(delayed ? *delayed : ranks), argc, argv, text);
    } catch (const ConfigError& error) {
        text.report_failure(error.what());
        return cli::wrong_usage;
    }
}

/// Without MPI, which costs time and, where it is only half installed, is not to be had.
int run_alone(int argc, char** argv) {
    int status = cli::failed;
    run_as_ranks(1, [&](Communicator& alone) { status = run_with(alone, argc, argv); });
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    cli::let_writes_fail();
    cli::return_freed_memory();
    try {
        if (!mpi::may_be_launched() && mpi::asks_about_program({argv + std::min(1, argc), argv + argc}))
            return run_alone(argc, argv);
        mpi::MpiCommunicator ranks(argc, argv);
        cli::share_cores(ranks.here());
        return ranks.end(run_with(ranks, argc, argv));
    } catch (const std::exception& error) {
        std::cerr << "espalier-mpi: " << error.what() << std::endl;
        return cli::failed;
    }
}
