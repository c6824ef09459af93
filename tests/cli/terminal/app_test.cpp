#include <filesystem>
#include <new>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/terminal/app.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;

namespace {

/// The exit status of a program whose only command does this.
int status_of_action(const Action& action) {
    const Command command{
        .name = "work", .help = "Work", .example = "espalier work", .set_up = [&](Parser&) { return action; }};
    std::string words[] = {"espalier", "work"};
    char* arguments[] = {words[0].data(), words[1].data(), nullptr};
    return run_program({command}, 2, arguments);
}

}  // namespace

TEST_CASE("app: each kind of error has its exit status", "[cli][app]") {
    CHECK(status_of_action([] { return 0; }) == 0);
    CHECK(status_of_action([] { return 130; }) == 130);
    CHECK(status_of_action([]() -> int { throw ConfigError("no such key"); }) == 2);
    CHECK(status_of_action([]() -> int { throw FormatError("bad file"); }) == 1);
    CHECK(status_of_action([]() -> int { throw IoError("disk full"); }) == 1);
    CHECK(status_of_action([]() -> int { throw NumericError("loss is nan"); }) == 1);
    CHECK(status_of_action([]() -> int { throw std::bad_alloc(); }) == 1);
    CHECK(status_of_action([]() -> int { throw std::runtime_error("two\nlines"); }) == 1);
}

TEST_CASE("app: a wrong command line is status 2 and one line", "[cli][app]") {
    CHECK_THAT(check_fails(2, {"rum"}), Contains("command 'rum' is not known") && Contains("Did you mean 'run'?"));
    CHECK_THAT(check_fails(2, {}), Contains("which command?"));
    CHECK_THAT(check_fails(2, {"--foo"}), Contains("--foo"));
    CHECK_THAT(check_fails(2, {"run", "--threds", "2"}), Contains("Did you mean '--threads'?"));
    CHECK_THAT(check_fails(2, {"run", "--threads", "x", "c.toml"}), Contains("--threads"));
    CHECK_THAT(check_fails(2, {"two\nlines"}), Contains("two lines"));
    CHECK_THAT(check_fails(2, {"tickets"}), Contains("which command? See espalier tickets --help"));
    CHECK_THAT(check_fails(2, {"tickets", "ensembel"}),
               Contains("tickets command 'ensembel' is not known") && Contains("Did you mean 'ensemble'?"));
    CHECK_THAT(check_fails(2, {"tickets", "ensemble"}), Contains("espalier tickets ensemble --help"));
    CHECK_THAT(check_fails(2, {"tickets", "ensemble", "a", "--jsno"}), Contains("Did you mean '--json'?"));
}

TEST_CASE("app: help everywhere, with an example", "[cli][app]") {
    CHECK_THAT(check_succeeds({"--help"}), Contains("Example:\n  espalier run"));
    for (const Command& command : all_commands()) {
        INFO(command.name);
        CHECK_THAT(check_succeeds({command.name, "--help"}), Contains("Example:\n  espalier " + command.name));
        CHECK_THAT(check_succeeds({"--help"}), Contains(command.help));
        for (const Command& inner : command.commands) {
            const std::string name = command.name + " " + inner.name;
            CHECK_THAT(check_succeeds({command.name, inner.name, "--help"}), Contains("Example:\n  espalier " + name));
            CHECK_THAT(check_succeeds({command.name, "--help"}), Contains(inner.help));
        }
    }
}

TEST_CASE("app: help is --help of a command, and manual pages", "[cli][app]") {
    CHECK(check_succeeds({"help"}) == check_succeeds({"--help"}));
    CHECK(check_succeeds({"help", "run"}) == check_succeeds({"run", "--help"}));
    CHECK(check_succeeds({"help", "tickets", "compare"}) == check_succeeds({"tickets", "compare", "--help"}));
    CHECK_THAT(check_succeeds({"help", "help"}), Contains("espalier help tickets compare"));
    CHECK_THAT(check_fails(2, {"help", "rum"}), Contains("Did you mean 'run'?"));
    CHECK_THAT(check_fails(2, {"help", "tickets", "compar"}), Contains("Did you mean 'compare'?"));
    CHECK_THAT(check_succeeds({"help", "--man", "tickets", "compare"}), Contains(".TH ESPALIER\\-TICKETS\\-COMPARE 1"));
    CHECK_THAT(check_fails(2, {"help", "--man", "rum"}), Contains("Did you mean 'run'?"));
    const TemporaryFolder folder;
    check_succeeds({"help", "--man-pages", (folder / "pages").string()});
    CHECK(std::filesystem::exists(folder / "pages" / "espalier-tickets-compare.1"));
    CHECK(std::filesystem::exists(folder / "pages" / "espalier.1"));
}

TEST_CASE("app: a script for each shell, and no other", "[cli][app]") {
    for (const char* shell : {"bash", "zsh", "fish"})
        CHECK_THAT(check_succeeds({"completion", shell}), Contains(shell));
    CHECK_THAT(check_fails(2, {"completion", "zhs"}), Contains("Did you mean 'zsh'?"));
    check_fails(2, {"completion"});
}

TEST_CASE("app: --version --json is one document with how it was built", "[cli][app]") {
    const nlohmann::json json = nlohmann::json::parse(check_succeeds({"--version", "--json"}));
    for (const char* key : {"version", "commit", "compiler", "build_type", "instruction_set"}) {
        INFO(key);
        CHECK_FALSE(json.at(key).get<std::string>().empty());
    }
    CHECK(json.at("instruction_sets").back() == "portable");
    CHECK(json.at("libraries").contains("HDF5"));
    CHECK_THAT(check_fails(2, {"--json"}), Contains("--version"));
}

TEST_CASE("app: --version names what results can depend on", "[cli][app]") {
    const std::string text = check_succeeds({"--version"});
    CHECK(text.starts_with("espalier "));
    for (const char* part : {"instruction set", "oneDNN", "BLAS", "Armadillo", "HDF5", "Boost", "zlib"}) {
        CHECK_THAT(text, Contains(part));
    }
    CHECK_THAT(espalier({"--version"}, {"ESPALIER_ISA=portable"}).out,
               Contains("instruction set   portable (portable") && Contains("by ESPALIER_ISA)"));
}

TEST_CASE("app: ESPALIER_ISA stands in --help, and what is no instruction set is refused with the list", "[cli][app]") {
    CHECK_THAT(check_succeeds({"--help"}), Contains("ESPALIER_ISA"));
    CHECK_THAT(check_succeeds({"run", "--help"}), Contains("ESPALIER_ISA=portable|avx2|avx512"));
    const TemporaryFolder folder;
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--version"}, small_run(folder / "run")}) {
        const Outcome outcome = espalier(arguments, {"ESPALIER_ISA=portabel"});
        CHECK(outcome.status == 2);
        CHECK(outcome.out.empty());
        CHECK(
            outcome.err ==
            "espalier: ESPALIER_ISA 'portabel' is not known. Did you mean 'portable'? Known: avx512, avx2, portable\n");
    }
    CHECK_FALSE(std::filesystem::exists(folder / "run"));
}

}  // namespace espalier::cli
