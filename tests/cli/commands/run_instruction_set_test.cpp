#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/kernels/instruction_set.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "support.hpp"
#include "training/run_requests.hpp"

namespace espalier::cli {
using namespace testing;
using kernels::InstructionSet;
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> one_table = {
    "model.crossovers=portable | features 64 | lanes 16 | forward 0.2 | gradients 0.2 | weight_gradient 0.2"};

/// Trains here, with these kernels, so many steps at most; returns the command that resumes it. Of all tests that do,
/// only one may run in a process (as ctest has it): dense products keep to the first set.
std::vector<std::string> trained(const fs::path& out, InstructionSet set, int steps) {
    const InstructionSet before = kernels::instruction_set();
    kernels::set_instruction_set(set);
    training::RunRequest request = digits_request("set", out, one_table);
    stop_after(request, steps);
    training::run(request);
    kernels::set_instruction_set(before);
    const std::string config = out.string() + ".toml";
    std::ofstream(config) << request.config_text;
    return {"run", config, "--out", out.string(), "--resume", "--json"};
}

/// The best set of this processor.
InstructionSet best() {
    return *std::ranges::find_if(kernels::instruction_sets(), kernels::supports);
}

/// Makes the file one of a version that knew no parts.
void without_parts(const fs::path& run_file, const std::string& instruction_set) {
    hdf5::File file = hdf5::File::open_for_writing(run_file);
    hdf5::Group root = file.root();
    root.unlink("parts");
    root.set_attribute("environment", "instruction set " + instruction_set + "; oneDNN 1.2.3; threads 1");
}

}  // namespace

TEST_CASE("run: a resumed run keeps its instruction set, and with it the bits", "[cli][run][instruction-set]") {
    const TemporaryFolder folder;
    trained(folder / "whole", InstructionSet::portable, 1000);
    const auto expected = all_arrays(folder / "whole");
    const auto resume = trained(folder / "parts", InstructionSet::portable, 30);
    const Outcome outcome = espalier(resume);
    INFO(outcome.err);
    CHECK(outcome.status == 0);
    CHECK(nlohmann::json::parse(outcome.out)["status"] == "finished");
    CHECK((all_arrays(folder / "parts") == expected));
    const training::RunSummary run = training::read_run_summary(folder / "parts/run.h5");
    REQUIRE(run.parts.size() == 2);
    CHECK(run.parts[0].step == 0);
    CHECK(run.parts[1].step == 30);
    for (const training::RunPart& part : run.parts) {
        CHECK(part.instruction_set == "portable");
        CHECK(part.threads >= 1);
        CHECK(part.created.ends_with("Z"));
    }
    CHECK(run.parts[0].version == "test");
    CHECK(run.parts[1].version != "test");
    const auto inspected =
        nlohmann::json::parse(check_succeeds({"inspect", (folder / "parts/run.h5").string(), "--json"}));
    CHECK(inspected["parts"][1]["instruction_set"] == "portable");
    CHECK_THAT(check_succeeds({"inspect", (folder / "parts/run.h5").string()}), Contains("part after step"));

    if (best() == InstructionSet::portable) return skip("this processor has the portable kernels alone");
    CHECK_THAT(outcome.err, Contains("goes on with instruction set portable"));
    const std::string config = (folder / "parts").string() + ".toml";
    check_succeeds({"run", config, "--out", (folder / "other").string()});
    CHECK(all_arrays(folder / "other") != expected);  // the sets differ, so what is kept matters
}

TEST_CASE("run: what a file of an earlier version says of its instruction set is kept too",
          "[cli][run][instruction-set]") {
    const TemporaryFolder folder;
    trained(folder / "whole", InstructionSet::portable, 1000);
    const auto resume = trained(folder / "parts", InstructionSet::portable, 30);
    without_parts(folder / "parts/run.h5", "portable");
    CHECK(espalier(resume).status == 0);
    CHECK((all_arrays(folder / "parts") == all_arrays(folder / "whole")));
    CHECK(training::read_run_summary(folder / "parts/run.h5").parts.size() == 1);
}

TEST_CASE("run: another instruction set than the run's is refused with the remedy", "[cli][run][instruction-set]") {
    const TemporaryFolder folder;
    const auto resume = trained(folder / "run", best(), 30);
    const auto before = all_arrays(folder / "run");
    if (best() != InstructionSet::portable) {
        const Outcome asked = espalier(resume, {"ESPALIER_ISA=portable"});
        CHECK(asked.status == 2);
        CHECK_THAT(asked.err, Contains("was computed with instruction set " + kernels::to_string(best())) &&
                                  Contains("ESPALIER_ISA = portable asks for another") && Contains("unset it"));
    }
    without_parts(folder / "run/run.h5", "rvv");
    const std::string lacking = check_fails(2, resume);
    CHECK_THAT(lacking, Contains("instruction set rvv, which this processor lacks") && Contains("--force"));
    CHECK_THAT(lacking, Contains(kernels::supported_names()));
    CHECK((all_arrays(folder / "run") == before));
}

TEST_CASE("run: the portable set is portable in dense products too", "[cli][run][instruction-set]") {
    const TemporaryFolder folder;
    const std::vector<std::string> dense = {"--set", "model.execution=dense", "--set", "training.epochs=2"};
    const auto run = [&](const char* name, const std::vector<std::string>& more) {
        std::vector<std::string> environment = {"ESPALIER_ISA=portable"};
        environment.insert(environment.end(), more.begin(), more.end());
        CHECK(espalier(small_run(folder / name, dense), environment).status == 0);
        return all_arrays(folder / name);
    };
    // What oneDNN does on a processor that has no more than this.
    CHECK((run("here", {}) == run("elsewhere", {"DNNL_MAX_CPU_ISA=SSE41"})));
}

}  // namespace espalier::cli
