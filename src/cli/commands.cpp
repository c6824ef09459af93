#include <espalier/cli/commands.hpp>

namespace espalier::cli {

std::vector<Command> all_commands() {
    return {run_command()};
}

}  // namespace espalier::cli
