#include <espalier/cli/app.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/freed_memory.hpp>
#include <espalier/cli/output.hpp>

int main(int argc, char** argv) {
    espalier::cli::let_writes_fail();
    espalier::cli::return_freed_memory();
    return espalier::cli::run_program(espalier::cli::all_commands(), argc, argv);
}
