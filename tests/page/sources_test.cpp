#include <fstream>

#include <espalier/page/sources.hpp>

#include "page/foreign_run.hpp"
#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

std::vector<std::pair<std::string, bool>> told(const std::vector<std::string>& arguments) {
    std::vector<std::pair<std::string, bool>> all;
    for (const Source& source : page_sources(arguments)) all.emplace_back(source.name, source.is_topology);
    return all;
}

}  // namespace

TEST_CASE("sources: run files, topology files, masks of other tools, and folders of these", "[page][sources]") {
    const TemporaryFolder folder;
    const auto path = [&](const std::string& name) { return (folder / name).string(); };
    write_foreign_run(folder / "runs/a/run.h5", "a", 0, {1, 1}, [](training::RunFile&) {});
    write_snapshots(folder / "masks.h5", {"x"}, {pattern({{1}})});
    std::filesystem::create_directories(folder / "torch");
    std::filesystem::create_directories(folder / "numpy");
    for (const char* name : {"one.pt", "torch/b.pt", "torch/a.pth", "numpy/fc1.npz", "torch/notes.txt", "bad.h5"}) {
        std::ofstream(folder / name) << "x";
    }
    CHECK(told({path("runs"), path("masks.h5"), path("one.pt"), path("runs/a/run.h5@first"), path("runs/a/run.h5")}) ==
          std::vector<std::pair<std::string, bool>>{{path("runs/a/run.h5"), false},
                                                    {path("masks.h5"), true},
                                                    {path("one.pt"), true},
                                                    {path("runs/a/run.h5@first"), true}});
    CHECK(told({path("torch"), path("numpy")}) == std::vector<std::pair<std::string, bool>>{{path("torch/a.pth"), true},
                                                                                            {path("torch/b.pt"), true},
                                                                                            {path("numpy"), true}});
    CHECK(told({path("bad.h5")}) == std::vector<std::pair<std::string, bool>>{{path("bad.h5"), false}});
}

TEST_CASE("sources: what is not there, and a folder with nothing in it", "[page][sources]") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH(page_sources({(folder / "none.pt").string()}), Contains("no such file or folder"));
    CHECK_THROWS_WITH(page_sources({(folder / "none.h5@last").string()}), Contains("no such file or folder"));
    CHECK_THROWS_WITH(page_sources({folder.path().string()}),
                      Contains("no run.h5 in ") && Contains("no masks in it") && Contains("a.pt"));
}

TEST_CASE("sources: topologies are called as their files are", "[page][sources]") {
    CHECK(topology_name("masks/a.pt") == "a");
    CHECK(topology_name("a.pth.tar") == "a");
    CHECK(topology_name("b.h5@dense") == "b.h5@dense");
    CHECK(topology_name("x/model.pt:state_dict") == "model.pt:state_dict");
    CHECK(topology_name("masks/") == "masks");
    CHECK(topology_name(".npz") == ".npz");
}

}  // namespace espalier::page
