#pragma once

#include <functional>
#include <string>
#include <vector>

#include <espalier/base/ranks/communicator.hpp>
#include <espalier/cli/terminal/app.hpp>

namespace espalier::cli {

Command plot_command();
Command report_command();
/// @param ranks  of the program whose processes train together; null: it is one process
Command run_command(Communicator* ranks = nullptr);
Command sweep_command();
Command collect_command();
Command inspect_command();
Command metrics_command();
Command distance_command();
Command import_command();
Command export_command();
Command evaluate_command();
Command tickets_command();
Command features_command();
Command datasets_command();
Command tune_command();

/// A program as its own commands `completion` and `help` tell of it.
struct ToldProgram {
    std::string name;
    std::string command;  ///< one of its commands, for an example
    std::function<CommandDescription()> describe;
};
Command completion_command(const ToldProgram& program);
Command help_command(const ToldProgram& program);

struct WorkShare;  // commands/shared_work.hpp
/// Of one of several processes that share the work.
Command metrics_command(const WorkShare& share);
Command distance_command(const WorkShare& share);

/// In the order --help shows them.
std::vector<Command> all_commands();

}  // namespace espalier::cli
