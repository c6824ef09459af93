#include <espalier/cli/app.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/output.hpp>

int main(int argc, char** argv) {
    espalier::cli::let_writes_fail();
    return espalier::cli::run_program(espalier::cli::all_commands(), argc, argv);
}
