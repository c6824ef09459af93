#pragma once

#include <functional>
#include <string>
#include <vector>

#include <espalier/cli/terminal/description.hpp>
#include <espalier/cli/terminal/parser.hpp>

namespace espalier::cli {

/// What a command does once its options are parsed; returns the exit status.
using Action = std::function<int()>;

/// One subcommand. A new one is a file that defines it and a line in commands.cpp.
struct Command {
    std::string name;
    std::string help;     ///< one line, no full stop
    std::string example;  ///< shown at the foot of --help
    std::string note{};   ///< below it; lines without a newline at the end
    /// Not of a command that only holds others.
    std::function<Action(Parser&)> set_up = {};
    /// What --explain prints; of commands with tables.
    std::function<std::string()> explain = {};
    std::vector<Command> commands = {};  ///< "compare" of `espalier tickets compare`
};

enum ExitStatus : int { done = 0, failed = 1, wrong_usage = 2, interrupted = 130 };

/// What --help says of a program, and what becomes of errors.
struct ProgramText {
    std::string name = "espalier";
    std::string description = "Sparse neural network research with a graph-theoretic topology toolkit";
    std::string example = "espalier run experiments/demo/fashion-mnist.toml --set sparsity.density=0.05";
    std::vector<std::string> see_also = {};                  ///< programs whose manual pages belong to it, too
    std::function<void(const std::string&)> write_result;    ///< help and version; where not given, to stdout
    std::function<void(const std::string&)> report_failure;  ///< told an error's message; where not given, to stderr
};

/// The whole program, as --help tells of it.
CommandDescription describe(const std::vector<Command>& commands, const ProgramText& text = {});

/// Parses the command line, does what it asks, and turns every exception into one line on stderr and an exit status:
/// 0 done, 1 the work failed, 2 the command line or the configuration is wrong, 130 after a signal.
int run_program(const std::vector<Command>& commands, int argc, char** argv, const ProgramText& text = {});

}  // namespace espalier::cli
