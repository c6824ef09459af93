#include <espalier/cli/app.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/output.hpp>
#include <espalier/cli/thread_waiting.hpp>

int main(int argc, char** argv) {
    espalier::cli::let_idle_threads_sleep(argv);
    espalier::cli::let_writes_fail();
    return espalier::cli::run_program(espalier::cli::all_commands(), argc, argv);
}
