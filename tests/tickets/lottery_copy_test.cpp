#include <fstream>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/lottery_copy.hpp>

#include "support.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

namespace fs = std::filesystem;

void write_file(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

/// Levels of two chains, as expand_levels() makes them: dense, one level, its control, one more.
std::vector<Level> two_chains() {
    std::vector<Level> levels;
    for (const char* chain : {"a-s0", "a-s1"}) {
        const std::size_t first = levels.size();
        for (const std::size_t number : {0UL, 1UL, 1UL, 2UL}) {
            Level level;
            level.chain = chain;
            level.number = number;
            level.first = first;
            if (number > 0) level.parent = number == 1 ? first : first + 1;
            levels.push_back(level);
        }
    }
    return levels;
}

}  // namespace

TEST_CASE("lottery copy: it says what was asked for when it was made", "[tickets][slurm]") {
    const TemporaryFolder folder;
    const fs::path file = folder / "here/lottery.toml", copy = folder / "copy";
    fs::create_directories(copy);
    write_file(folder / "here/below/base.toml", "data.dataset = \"mine.npz\"\n");
    const std::string lines = "name = \"x\"\nbase = \"below/base.toml\"\nseeds = [4]\n[find]\nlevels = 3\n";
    write_file(file, lines);
    const std::vector<std::string> given = {"training.epochs=7", "model.hidden=[20, 10]"};
    write_lottery_copy(copy, file, given);
    CHECK(is_copy_of(copy, file, given));
    CHECK_FALSE(is_copy_of(copy, file, {}));
    const AskedLottery before = read_asked_lottery(file, given);
    const AskedLottery after = read_lottery_copy(copy);
    CHECK(after.base.config.data.dataset == (folder / "here/below/mine.npz").string());
    CHECK(after.base.config.data.dataset == before.base.config.data.dataset);
    CHECK(after.base.config.training.epochs == 7);
    CHECK(after.base.config.model.hidden == before.base.config.model.hidden);
    CHECK(after.file.finding.levels == 3);
    CHECK(after.file.runs.seeds == before.file.runs.seeds);
    write_file(folder / "here/below/base.toml", "data.dataset = \"digits\"\n");
    CHECK_FALSE(is_copy_of(copy, file, given));
    write_file(file, lines + "fraction = 0.5\n");
    CHECK(read_lottery_copy(copy).base.config.data.dataset == before.base.config.data.dataset);
    CHECK(read_lottery_copy(copy).file.finding.fraction == before.file.finding.fraction);
    CHECK_THROWS_WITH(write_lottery_copy(copy, file, {"name='''a\nb'''"}), Contains("several lines"));
    CHECK_THROWS_WITH(read_lottery_copy(folder.path()), Contains("it is no element of a lottery"));
}

TEST_CASE("lottery copy: the levels of some chains keep their ancestors", "[tickets][slurm]") {
    const std::vector<Level> levels = two_chains();
    const std::vector<Level> second = levels_of_chains(levels, {"a-s1"});
    REQUIRE(second.size() == 4);
    CHECK(second[3].chain == "a-s1");
    CHECK(second[3].first == 0);
    CHECK(*second[3].parent == 1);
    CHECK(*second[2].parent == 0);
    CHECK_FALSE(second[0].parent);
    CHECK(levels_of_chains(levels, {"a-s1", "a-s0"}).size() == 8);
    CHECK(levels_of_chains(levels, {"b"}).empty());
    CHECK(by_chain(levels, {4, 0, 5, 1, 2}) == std::vector<std::vector<std::size_t>>{{4, 5}, {0, 1, 2}});
}

}  // namespace espalier::tickets
