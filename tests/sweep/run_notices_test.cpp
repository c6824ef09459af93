#include <fstream>

#include <espalier/sweep/run_notices.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

/// A run that has run, with these lines in its log.
Item logged(const TemporaryFolder& folder, const std::string& name, const std::string& log) {
    Item item{.point = {}, .folder = folder / name, .state = {}};
    item.point.name = name;
    item.ran = true;
    std::filesystem::create_directories(item.folder);
    std::ofstream(item.folder / "log.txt", std::ios::app) << log;
    return item;
}

}  // namespace

TEST_CASE("run notices: each once, with the runs that said it, of this start alone", "[sweep][log]") {
    const TemporaryFolder folder;
    std::vector<Item> agenda = {logged(folder, "a", "espalier: old\n"), logged(folder, "b", ""),
                                logged(folder, "c", "")};
    const std::vector<std::uintmax_t> starts = log_lengths(agenda);
    logged(folder, "a", "espalier: no test set\nepoch 1/2\nespalier: no test set\n");
    logged(folder, "b", "espalier: no test set\nespalier: a layer is empty\nespalier: the loss is not finite\n");
    logged(folder, "c", "espalier: not run by this command\n");
    agenda[1].reason = "the loss is not finite";
    agenda[2].ran = false;
    const std::vector<RunNotice> said = notices_of_runs(agenda, starts);
    REQUIRE(said.size() == 2);
    CHECK(said[0].text == "no test set");
    CHECK(said[0].runs == std::vector<std::string>{"a", "b"});
    CHECK(said[1].text == "a layer is empty");
    CHECK(said[1].runs == std::vector<std::string>{"b"});
    std::filesystem::remove_all(folder / "a");
    CHECK(log_lengths(agenda)[0] == 0);
}

}  // namespace espalier::sweep
