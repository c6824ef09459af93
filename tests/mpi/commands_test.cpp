#include <algorithm>
#include <filesystem>
#include <fstream>

#include <espalier/base/ranks/thread_ranks.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/terminal/manual_page.hpp>
#include <espalier/mpi/commands.hpp>

#include "support.hpp"

// What processes do together is tested by mpirun: mpi_runs.py.
namespace espalier::mpi {
using namespace testing;

namespace {

/// The exit status of a command line on each of so many ranks.
std::vector<int> statuses(int count, std::vector<std::string> words) {
    words.insert(words.begin(), "espalier-mpi");
    std::vector<int> found(static_cast<std::size_t>(count), -1);
    run_as_ranks(count, [&](Communicator& ranks) {
        std::vector<std::string> own = words;
        std::vector<char*> arguments;
        for (std::string& word : own) arguments.push_back(word.data());
        found[static_cast<std::size_t>(ranks.rank())] =
            cli::run_program(all_commands(ranks), static_cast<int>(own.size()), arguments.data(), program_text(ranks));
    });
    return found;
}

cli::CommandDescription described() {
    cli::CommandDescription program;
    run_as_ranks(1, [&](Communicator& alone) { program = cli::describe(all_commands(alone), program_text(alone)); });
    return program;
}

}  // namespace

TEST_CASE("mpi: every command says how mpirun starts it", "[mpi][commands]") {
    const cli::CommandDescription program = described();
    CHECK(program.name == "espalier-mpi");
    CHECK_THAT(program.example, Contains("mpirun -n 4 espalier-mpi run"));
    for (const cli::CommandDescription& command : program.commands) {
        INFO(command.name);
        const std::string name = cli::short_name(command);
        const bool works_alone = name == "help" || name == "completion";
        CHECK_THAT(command.example, Contains((works_alone ? "" : "mpirun -n ")) && Contains("espalier-mpi " + name));
        CHECK(command.example.find("espalier " + name) == std::string::npos);
        const std::string page = cli::manual_page(command, program, "1.2", "2026-11-30");
        CHECK_THAT(page, Contains("\\fBespalier\\-mpi\\fR(1), \\fBespalier\\fR(1), \\fBmpirun\\fR(1)\n"));
    }
}

TEST_CASE("mpi: commands are those of espalier, with its options and some of ranks", "[mpi][commands]") {
    std::vector<std::string> known;
    for (const cli::Command& command : cli::all_commands()) known.push_back(command.name);
    for (const cli::CommandDescription& command : described().commands)
        CHECK(std::ranges::find(known, cli::short_name(command)) != known.end());
}

TEST_CASE("mpi: rank 0 alone writes manual pages", "[mpi][commands]") {
    const TemporaryFolder folder;
    CHECK(statuses(3, {"help", "--man-pages", (folder / "pages").string()}) == std::vector<int>{0, 0, 0});
    CHECK(std::filesystem::exists(folder / "pages" / "espalier-mpi-run.1"));
    std::ofstream(folder / "file") << "no folder";
    CHECK(statuses(2, {"help", "--man-pages", (folder / "file" / "pages").string()}) == std::vector<int>{1, 0});
}

TEST_CASE("mpi: what is asked of the program itself takes no MPI", "[mpi][commands]") {
    using Words = std::vector<std::string>;
    for (const Words& words :
         {Words{}, Words{"help"}, Words{"help", "run"}, Words{"completion", "bash"}, Words{"--version"},
          Words{"--version", "--json"}, Words{"run", "--help"}, Words{"metrics", "a.h5", "-h"}})
        CHECK(asks_about_program(words));
    for (const Words& words :
         {Words{"run", "a.toml"}, Words{"metrics", "help"}, Words{"distance", "a.h5", "b.h5", "--json"}})
        CHECK_FALSE(asks_about_program(words));
}

}  // namespace espalier::mpi
