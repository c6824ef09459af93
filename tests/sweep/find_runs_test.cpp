#include <fstream>

#include <espalier/base/text/error.hpp>
#include <espalier/sweep/find_runs.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;

TEST_CASE("find runs: at any depth, in natural order, none twice", "[sweep][find]") {
    const TemporaryFolder folder;
    for (const char* name : {"a/s10", "a/s2", "b"}) {
        std::filesystem::create_directories(folder / name);
        std::ofstream(folder / name / "run.h5");
        std::ofstream(folder / name / "run.h5.part");
    }
    const std::string root = folder.path().string();
    const std::vector<std::filesystem::path> all = {root + "/a/s2/run.h5", root + "/a/s10/run.h5", root + "/b/run.h5"};
    CHECK(find_runs({root}) == all);
    CHECK(find_runs({root + "/a", root + "/a/s2/run.h5", root}) == all);
    std::filesystem::create_directories(folder / "empty");
    CHECK_THROWS_WITH(find_runs({root + "/empty"}), Contains("no run.h5 in"));
    CHECK_THROWS_AS(find_runs({root + "/none"}), ConfigError);
}

}  // namespace espalier::sweep
