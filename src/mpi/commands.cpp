#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <utility>

#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/shared_work.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/mpi/commands.hpp>

namespace espalier::mpi {
namespace {

constexpr const char* by_parts =
    R"(Each rank measures its share of the parts and keeps them in the folder of --work, which all ranks see; rank 0 puts the
result together and writes it. It is that of espalier with the same words, and either goes on with what the other
began, whatever the number of ranks.)";

/// The lines of all ranks by number, on rank 0; nothing on others.
std::vector<std::string> gathered_lines(Communicator& ranks, const std::vector<std::string>& own) {
    std::string text;
    for (const std::string& line : own) text.append(line).append(1, '\0');
    std::vector<std::string> lines;
    for (const Message& message : gather(ranks, message_of(std::span<const char>(text)))) {
        const std::vector<char> letters = numbers_of<char>(message);
        for (auto begin = letters.begin(); begin != letters.end();) {
            const auto end = std::find(begin, letters.end(), '\0');
            lines.emplace_back(begin, end);
            begin = end + 1;
        }
    }
    return lines;
}

/// A command that ranks share by a folder.
cli::Command by_folder(cli::Command command, const std::string& words) {
    command.example = "mpirun -n 8 espalier-mpi " + command.name + " " + words + " --threads 1";
    command.note = by_parts;
    return command;
}

/// A command that rank 0 does alone; the others read its command line.
cli::Command by_one(cli::Command command, const Communicator& ranks) {
    if (ranks.rank() == 0) return command;
    command.set_up = [set_up = std::move(command.set_up)](cli::Parser& app) -> cli::Action {
        return [kept = set_up(app)] { return static_cast<int>(cli::done); };  // it holds what is parsed into
    };
    return command;
}

}  // namespace

std::vector<cli::Command> all_commands(Communicator& ranks) {
    const cli::WorkShare share{static_cast<std::size_t>(ranks.rank()), static_cast<std::size_t>(ranks.size()),
                               [&ranks] { barrier(ranks); },
                               [&ranks](const std::vector<std::string>& own) { return gathered_lines(ranks, own); }};
    const cli::ToldProgram told{"espalier-mpi", "distance",
                                [&ranks] { return cli::describe(all_commands(ranks), program_text(ranks)); }};
    return {cli::run_command(&ranks),
            by_folder(cli::metrics_command(share), "runs/*/run.h5@all --work metrics.work --csv"),
            by_folder(cli::distance_command(share), "runs/*/run.h5 --metric nnstd --work nnstd.work --json"),
            by_one(cli::completion_command(told), ranks), by_one(cli::help_command(told), ranks)};
}

cli::ProgramText program_text(Communicator& ranks) {
    cli::ProgramText text;
    text.name = "espalier-mpi";
    text.description = "Commands of espalier whose work several processes share, started by mpirun";
    text.example = "mpirun -n 4 espalier-mpi run mine.toml --set training.blocks=8 --threads 1";
    text.see_also = {"espalier", "mpirun"};
    text.write_result = [&ranks](const std::string& result) {
        if (ranks.rank() == 0) cli::write_stdout(result);
    };
    text.report_failure = [&ranks, name = text.name](const std::string& message) {
        if (ranks.rank() == 0) std::cerr << name << ": " << one_line(message) << std::endl;
        ranks.fail(message);
    };
    return text;
}

bool asks_about_program(const std::vector<std::string>& words) {
    if (words.empty()) return true;
    constexpr const char* of_itself[] = {"help", "completion", "--version", "--json"};
    if (std::ranges::find(of_itself, words.front()) != std::end(of_itself)) return true;
    return std::ranges::any_of(words, [](const std::string& word) { return word == "-h" || word == "--help"; });
}

bool may_be_launched() {
    constexpr const char* of_launchers[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"};
    return std::ranges::any_of(of_launchers, [](const char* name) { return std::getenv(name) != nullptr; });
}

}  // namespace espalier::mpi
