#include <espalier/tickets/level_folder.hpp>

#include "support.hpp"

namespace espalier::tickets {
namespace {

config::RunConfig dense() {
    config::RunConfig config;
    config.sparsity.method = "dense";
    return config;
}

config::RunConfig with_init(const std::string& init) {
    config::RunConfig config;
    config.sparsity.init = init;
    return config;
}

}  // namespace

TEST_CASE("level_folder: what is written is read again", "[tickets][level_folder]") {
    CHECK(level_folder(0, "") == "level-00");
    CHECK(level_folder(12, "random_mask") == "level-12-random_mask");
    const auto ticket = level_place("runs/lenet/lenet-s0/level-03/run.h5", with_init("file:ticket.h5"));
    REQUIRE(ticket);
    CHECK(ticket->number == 3);
    CHECK(ticket->control.empty());
    CHECK(ticket->name == "lenet-s0");
    CHECK(std::filesystem::path(ticket->chain).is_absolute());
    const auto control = level_place("a/../level-99-random_reinit/run.h5", with_init("file:/x/y/ticket.h5"));
    REQUIRE(control);
    CHECK(control->number == 99);
    CHECK(control->control == "random_reinit");
    CHECK(control->chain == std::filesystem::current_path().string());
    const auto first = level_place("lenet-s0/level-00/run.h5", dense());
    REQUIRE(first);
    CHECK(first->number == 0);
}

TEST_CASE("level_folder: folders that are called so by chance are no levels", "[tickets][level_folder]") {
    CHECK(!level_place("lenet-s0/level-03/run.h5", with_init("erk")));
    CHECK(!level_place("lenet-s0/level-03/run.h5", with_init("file:mask.h5")));
    CHECK(!level_place("lenet-s0/level-00/run.h5", with_init("erk")));
    CHECK(!level_place("lenet-s0/level-00-random_mask/run.h5", dense()));
    for (const char* name : {"level-3", "level-", "level-03x", "level-03-", "level-+3", "level--3", "levels-03", "03",
                             "level-99999999999999999999999", "level-003"}) {
        INFO(name);
        CHECK(!level_place(std::filesystem::path("lenet-s0") / name / "run.h5", with_init("file:ticket.h5")));
    }
}

}  // namespace espalier::tickets
