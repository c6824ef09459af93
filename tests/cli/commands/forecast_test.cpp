#include <algorithm>
#include <fstream>

#include "cli/child.hpp"
#include "cli/small_lottery.hpp"
#include "cli/small_sweep.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

namespace fs = std::filesystem;

/// 14 epochs of 21 steps: 294. RigL's last update may come after step 220.
const std::string too_long =
    "seeds = [0, 1]\n[grid]\nsparsity.method = [\"set\", \"rigl\", \"static\"]\n"
    "sparsity.update_every = [\"7it\", \"250it\"]\n";

const std::string two_causes =
    "seeds = [0, 1]\n[[variants]]\nname = \"late\"\nsparsity.update_every = \"20ep\"\n"
    "[[variants]]\nname = \"none\"\nsparsity.density = 1e-9\n[[variants]]\nname = \"fine\"\n";

}  // namespace

TEST_CASE("sweep: runs that would fail at once are found before any starts, each cause once",
          "[cli][sweep][forecast]") {
    const TemporaryFolder folder;
    for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--dry-run"}, {"--dry-run", "--json"}}) {
        const std::string one = check_fails(2, small_sweep(folder.path(), too_long, more));
        CHECK_THAT(one, Contains("method rigl would never change its topology") &&
                            Contains("after step 250, and the last may after step 220") &&
                            Contains("(in 2 of 12 runs: ") && Contains("rigl"));

        const Outcome two = espalier(small_sweep(folder.path(), two_causes, more));
        CHECK(two.status == 2);
        CHECK(two.out.empty());
        CHECK(std::ranges::count(two.err, '\n') == 3);
        CHECK_THAT(two.err, Contains("method set would never change its topology") &&
                                Contains("(in 2 of 6 runs: late-s0, late-s1)\n") && Contains("weights keeps none") &&
                                Contains("(in 2 of 6 runs: none-s0, none-s1)\n"));
        const std::size_t last = two.err.rfind('\n', two.err.size() - 2) + 1;
        CHECK(two.err.substr(last) ==
              "espalier: 4 of 6 runs would fail at their start, for the 2 causes above; nothing was started\n");
        CHECK_FALSE(fs::exists(folder / "out"));
    }
}

TEST_CASE("sweep: many runs of one cause are counted, not listed", "[cli][sweep][forecast]") {
    const TemporaryFolder folder;
    const std::string lines = "seeds = [0, 1, 2, 3, 4]\n[grid]\ndata.dataset = [\"digits\", \"no-such.csv\"]\n";
    const std::string said = check_fails(2, small_sweep(folder.path(), lines, {"--dry-run"}));
    CHECK_THAT(said, Contains("no-such.csv") && Contains("(in 5 of 10 runs: ") && Contains(" and 2 more)"));
    const std::string three = "seeds = [0, 1, 2]\n[grid]\ndata.dataset = [\"digits\", \"no-such.csv\"]\n";
    CHECK_THAT(check_fails(2, small_sweep(folder.path(), three, {"--dry-run"})),
               Contains("(in 3 of 6 runs: ") && Contains("s2)") && !Contains(" more)"));
}

TEST_CASE("sweep: a bad file is a failure of the work, not of the command line", "[cli][sweep][forecast]") {
    const TemporaryFolder folder;
    std::ofstream(folder / "bad.csv") << "1,2,0\n1,x,1\n";
    const std::string bad = "data.dataset=" + (folder / "bad.csv").string();
    check_fails(1, small_sweep(folder.path(), "seeds = [0, 1]\n", {"--dry-run", "--set", bad}));
    CHECK_FALSE(fs::exists(folder / "out"));
}

TEST_CASE("tickets find: a level that would fail at once is found before any starts", "[cli][tickets][forecast]") {
    const TemporaryFolder folder;
    const std::vector<std::string> late = {"--set", "snapshots.at=[\"7ep\"]"};
    for (const bool dry : {true, false}) {
        std::vector<std::string> more = late;
        if (dry) more.emplace_back("--dry-run");
        CHECK_THAT(
            check_fails(2, small_lottery(folder.path(), two_levels, more)),
            Contains("snapshots.at: \"7ep\" comes after the training's last step, 126") && Contains("of 10 runs: "));
        CHECK_FALSE(fs::exists(folder / "out"));
    }
}

}  // namespace espalier::cli
