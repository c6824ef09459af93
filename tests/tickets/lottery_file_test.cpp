#include <espalier/base/text/error.hpp>
#include <espalier/tickets/lottery_file.hpp>

#include "generated.hpp"
#include "support.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

LotteryFile parse(const std::string& find, const std::string& top = "") {
    return parse_lottery_file("name = \"lenet\"\nbase = \"base.toml\"\n" + top + "[find]\n" + find, "l.toml", "/x");
}

}  // namespace

TEST_CASE("lottery file: runs as a sweep has them, and how tickets are found", "[tickets]") {
    const LotteryFile file = parse(R"(rewind = 3
levels = 4
fraction = 0.25
scope = "layer"
half_rate = ["last"]
controls = ["random_mask"]
)",
                                   "seeds = [0, 7]\n");
    CHECK(file.runs.name == "lenet");
    CHECK(file.runs.base == "/x/base.toml");
    CHECK(file.runs.seeds == std::vector<std::int64_t>{0, 7});
    CHECK(file.finding.rewind == Duration::epochs(3));
    CHECK(file.finding.half_rate == std::vector<std::string>{"last"});
    CHECK(file.finding.controls == std::vector<std::string>{"random_mask"});
    CHECK(file.finding.method == "imp");
    CHECK(file.finding.retrain == "rewind_lt");
    CHECK(file.finding.last_level() == 4);
    CHECK(file.finding.asked_density(0) == 1.0);
    CHECK(file.finding.asked_density(2) == Approx(0.5625));
    const Finding oneshot = parse("method = \"oneshot\"\ndensities = [0.2, 0.05]\n").finding;
    CHECK(oneshot.last_level() == 2);
    CHECK(oneshot.asked_density(0) == 1.0);
    CHECK(oneshot.asked_density(2) == 0.05);
}

TEST_CASE("lottery file: what is wrong is told in a line with its place", "[tickets]") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"levls = 3\n", "l.toml:4: levls is not a key of [find]. Did you mean 'levels'?"},
        {"levels = 0\n", "l.toml:4: levels = 0 must be at least 1 and at most 99"},
        {"levels = 100\n", "l.toml:4: levels = 100 must be at least 1 and at most 99"},
        {"fraction = 1.0\n", "l.toml:4: fraction = 1.0 must be above 0 and below 1"},
        {"fraction = 0\n", "l.toml:4: fraction = 0 must be above 0 and below 1"},
        {"method = \"impp\"\n",
         "l.toml:4: method = \"impp\" is not known. Did you mean 'imp'? Known: imp, random_imp, oneshot"},
        {"rewind = \"soon\"\n",
         "l.toml:4: rewind = \"soon\" must be a length of time: \"5ep\", \"400it\" or a number "
         "of epochs"},
        {"exclude = \"fc3\"\n", "l.toml:4: exclude = \"fc3\" is text, and must be a list of texts"},
        {"controls = [\"reinit\"]\n",
         "l.toml:4: controls = [\"reinit\"] is not known; known: random_reinit, random_mask"},
        {"densities = [0.1]\n",
         "l.toml:4: densities is for method oneshot; imp and random_imp have levels and fraction: leave it out"},
        {"method = \"oneshot\"\n", "[find]: method oneshot needs densities, densities = [0.2, 0.1]"},
        {"method = \"oneshot\"\ndensities = [0.1]\nlevels = 3\n",
         "l.toml:6: levels is for method imp and random_imp; a level of oneshot is a density: leave it out"},
        {"method = \"oneshot\"\ndensities = [1.0]\n", "l.toml:5: densities = [1.0] must be above 0 and below 1"},
        {"half_rate = [\"last\"]\n", "l.toml:4: half_rate is for scope = \"layer\" and a fraction: leave it out"},
        {"scope = \"layer\"\ncount_ignored = true\n",
         "l.toml:5: count_ignored is for scope = \"global\" and a fraction: leave it out"},
        {"retrain = \"lt\"\nrewind = 1\n", "l.toml:5: rewind is for retrain rewind_lt, lr_rewind and pt: leave it out"},
        {"finetune = 2\n", "l.toml:4: finetune is for retrain = \"finetune\": leave it out"},
        {"retrain = \"finetune\"\ncontrols = [\"random_mask\"]\n",
         "l.toml:5: controls is for levels that are trained anew, not finetuned: leave it out"},
        {"control_every = 2\n", "l.toml:4: control_every is for controls, of which there are none: leave it out"},
        {"controls = [\"random_mask\"]\nreinit_start = 0\n",
         "l.toml:5: reinit_start = 0 is an integer, and must be "
         "text"},
        {"scope = \"layer\"\nexclude = [\"fc3\"]\nhalf_rate = [\"fc3\"]\n",
         "l.toml:6: half_rate has 'fc3', which exclude has too: leave it out of one"},
    };
    for (const auto& [find, message] : cases) {
        INFO(find);
        CHECK_THROWS_WITH(parse(find), Contains(message));
        CHECK_THROWS_AS(parse(find), ConfigError);
    }
}

TEST_CASE("lottery file: without [find], or with keys at the wrong place", "[tickets]") {
    const auto text = [](const std::string& more) { return "name = \"l\"\nbase = \"b.toml\"\n" + more; };
    CHECK_THROWS_WITH(parse_lottery_file(text(""), "l.toml"), "l.toml: [find] is missing: how tickets are found");
    CHECK_THROWS_WITH(parse_lottery_file(text("find = 3\n"), "l.toml"), "l.toml:3: find must be a table, [find]");
    CHECK_THROWS_WITH(parse_lottery_file(text("levels = 3\n[find]\n"), "l.toml"),
                      Contains("l.toml:3: levels is not a key of a sweep"));
    CHECK_THROWS_WITH(parse_lottery_file(text("[find\n"), "l.toml"), Contains("l.toml:3"));
}

TEST_CASE("docs: the keys of [find] in docs/tickets.md", "[tickets][docs]") {
    check_generated("docs/tickets.md", "<!-- keys of [find]", "<!-- end of the keys of [find]", find_keys_markdown());
}

}  // namespace espalier::tickets
