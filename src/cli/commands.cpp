#include <espalier/cli/commands.hpp>

namespace espalier::cli {

std::vector<Command> all_commands() {
    const ToldProgram program{"espalier", "tickets compare", [] { return describe(all_commands()); }};
    return {run_command(),        sweep_command(),    collect_command(),  inspect_command(),
            metrics_command(),    distance_command(), tickets_command(),  import_command(),
            export_command(),     evaluate_command(), features_command(), report_command(),
            plot_command(),       datasets_command(), tune_command(),     completion_command(program),
            help_command(program)};
}

}  // namespace espalier::cli
