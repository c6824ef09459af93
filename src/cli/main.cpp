#include <espalier/cli/commands.hpp>
#include <espalier/cli/terminal/app.hpp>
#include <espalier/cli/terminal/freed_memory.hpp>
#include <espalier/cli/terminal/output.hpp>

int main(int argc, char** argv) {
    espalier::cli::let_writes_fail();
    espalier::cli::return_freed_memory();
    return espalier::cli::run_program(espalier::cli::all_commands(), argc, argv);
}
