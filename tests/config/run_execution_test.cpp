#include <cstdlib>
#include <fstream>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/run_execution.hpp>
#include <espalier/config/toml.hpp>

#include "support.hpp"

namespace espalier::config {
using namespace testing;
using kernels::InstructionSet;
namespace {

const std::string table_start = "features 64 | lanes 16 | forward 0.5 | gradients 0.5 | weight_gradient ";

std::string table_for(InstructionSet set, const std::string& weight_gradient = "0.25") {
    return to_string(set) + " | " + table_start + weight_gradient;
}

/// An environment variable for one scope.
class Variable {
  public:
    Variable(const char* name, const std::string& value) : name_(name) {
        if (const char* text = std::getenv(name)) before_ = text;
        ::setenv(name, value.c_str(), 1);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() {
        if (before_) {
            ::setenv(name_, before_->c_str(), 1);
        } else {
            ::unsetenv(name_);
        }
    }

  private:
    const char* name_;
    std::optional<std::string> before_;
};

/// This machine's own table, in a folder of its own.
class Tuned {
  public:
    explicit Tuned(const std::string& content) : variable_("XDG_CONFIG_HOME", folder_.path().string()) {
        std::filesystem::create_directories(tuned_crossovers_file().parent_path());
        std::ofstream(tuned_crossovers_file()) << content;
    }

  private:
    TemporaryFolder folder_;
    Variable variable_;
};

std::string file_with(const std::string& table) {
    return "# comment\n[model]\ncrossovers = \"" + table + "\"\n";
}

std::string table_refusal(const std::string& content) {
    const Tuned tuned(content);
    try {
        machine_crossovers();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("execution: there is a shipped table for each instruction set", "[config][execution]") {
    for (const InstructionSet set : {InstructionSet::portable, InstructionSet::avx2, InstructionSet::avx512}) {
        CHECK(shipped_crossovers(set).instruction_set() == to_string(set));
    }
}

TEST_CASE("execution: this machine's table lies where XDG says", "[config][execution]") {
    const Variable home("HOME", "/home/someone");
    {
        const Variable xdg("XDG_CONFIG_HOME", "/etc/mine");
        CHECK(tuned_crossovers_file() == "/etc/mine/espalier/crossovers.toml");
    }
    const Variable xdg("XDG_CONFIG_HOME", "relative");  // to be ignored, the specification says
    CHECK(tuned_crossovers_file() == "/home/someone/.config/espalier/crossovers.toml");
    const Variable nowhere("HOME", "");
    CHECK(tuned_crossovers_file().empty());
}

TEST_CASE("execution: a tuned table for the instruction set in use comes before the shipped one",
          "[config][execution]") {
    const InstructionSet here = kernels::instruction_set();
    const InstructionSet other = here == InstructionSet::portable ? InstructionSet::avx2 : InstructionSet::portable;
    {
        const Tuned tuned(file_with(table_for(here)));
        CHECK(machine_crossovers().text() == table_for(here));
    }
    {
        const Tuned tuned(file_with(table_for(other)));
        CHECK(machine_crossovers() == shipped_crossovers(here));
    }
    const TemporaryFolder empty;
    const Variable xdg("XDG_CONFIG_HOME", empty.path().string());
    CHECK(machine_crossovers() == shipped_crossovers(here));
}

TEST_CASE("execution: a bad table of this machine is named with place and remedy", "[config][execution]") {
    CHECK_THAT(table_refusal(file_with("fast")),
               Contains("crossovers.toml:3: model.crossovers = \"fast\" is no table") && Contains("remove the file") &&
                   Contains("espalier tune"));
    CHECK_THAT(table_refusal("[model]\n"), Contains("model.crossovers is missing") && Contains("remove the file"));
    CHECK_THAT(table_refusal("[model\n"), Contains("crossovers.toml:1") && Contains("remove the file"));
    CHECK_THAT(table_refusal("colour = 3\n"), Contains("colour is not a key") && Contains("remove the file"));
}

TEST_CASE("execution: a written file reads back", "[config][execution]") {
    const TemporaryFolder folder;
    const nn::Crossovers table = shipped_crossovers(InstructionSet::avx2);
    std::ofstream(folder / "t.toml") << crossovers_toml(table, "# one\n# two\n");
    CHECK(read_crossovers(folder / "t.toml") == table);
}

TEST_CASE("execution: resolving does not look at the machine, filling does", "[config][execution]") {
    const Tuned tuned(file_with(table_for(kernels::instruction_set())));
    RunConfig config = resolve({});
    CHECK(config.model.execution == "auto");
    CHECK(config.model.crossovers.empty());
    fill_crossovers(config);
    CHECK(config.model.crossovers == table_for(kernels::instruction_set()));
    CHECK(resolve(parse_toml(to_toml(config), "printed")).model.crossovers == config.model.crossovers);
}

TEST_CASE("execution: a table that is given stays, and sparse and dense need none", "[config][execution]") {
    RunConfig given;
    given.model.crossovers = table_for(InstructionSet::avx2, "0.75");  // perhaps another machine's
    fill_crossovers(given);
    CHECK(given.model.crossovers == table_for(InstructionSet::avx2, "0.75"));
    const Pattern half = Pattern::from_flat(1, 2, std::vector<std::uint64_t>{0});
    CHECK_FALSE(execution(given).is_dense(nn::Product::weight_gradient, half, 16));
    for (const char* way : {"sparse", "dense"}) {
        RunConfig config;
        config.model.execution = way;
        fill_crossovers(config);
        CHECK(config.model.crossovers.empty());
        CHECK(execution(config).is_dense(nn::Product::forward, half, 16) == (std::string(way) == "dense"));
    }
}

TEST_CASE("execution: an empty table stands for the shipped one", "[config][execution]") {
    const nn::Crossovers& shipped = shipped_crossovers(kernels::instruction_set());
    const nn::Execution here = execution(RunConfig{});
    const nn::Execution expected(nn::ExecutionWay::automatic, shipped);
    Stream stream = test_stream();
    for (const double density : {0.05, 0.2, 0.4, 0.6, 0.8, 0.95}) {
        const Pattern pattern = random_pattern(60, 60, density, stream);
        for (const nn::Product product : nn::all_products) {
            CHECK(here.is_dense(product, pattern, 128) == expected.is_dense(product, pattern, 128));
        }
    }
}

TEST_CASE("execution: values that are not allowed", "[config][execution]") {
    CHECK_THROWS_WITH(parse_toml("model.execution = \"fast\"", "run.toml"),
                      Contains("run.toml:1: model.execution") && Contains("known: auto, sparse, dense"));
    CHECK_THROWS_WITH(parse_toml("\nmodel.crossovers = \"avx2\"", "run.toml"),
                      Contains("run.toml:2: model.crossovers = \"avx2\" is no table of crossovers"));
    CHECK_THROWS_WITH(parse_toml("model.crossovers = 1", "run.toml"), Contains("must be text"));
}

}  // namespace espalier::config
