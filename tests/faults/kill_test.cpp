#include <algorithm>

#include "faults/work.hpp"
#include "support.hpp"

namespace espalier::testing {
namespace {

constexpr int kills_in_a_row = 3;

/// One folder, killed up to three times, each at any call of what is left to do; then it goes on.
std::string trouble_after_kills(const Work& work, int kills, Stream& stream) {
    const std::vector<std::string> ways = {"kill", "half", "off"};
    const TemporaryFolder folder;
    work.prepare(folder.path());
    std::string places;
    for (int kill = 0; kill < kills; ++kill) {
        const std::uint64_t left = reference(work).calls / (static_cast<std::uint64_t>(kill) + 1);
        const Fault fault{.at = 1 + stream.below(std::max<std::uint64_t>(left, 1)), .action = ways[stream.below(3)]};
        const Attempt made = attempt(work.call(folder.path()), folder.path(), fault);
        places += fault.action + " at " + made.place + "; ";
        if (!made.struck && made.status != 0) return places + made.err;
        if (const std::string trouble = work.trouble(folder.path()); !trouble.empty()) return places + trouble;
    }
    const std::string trouble = trouble_after_going_on(work, folder.path());
    return trouble.empty() ? "" : work.name + ": " + places + trouble;
}

/// How often a work is killed in this test run: 1000 times in all, or some fifty.
int kills_of(const Work& work) {
    if (is_long()) return work.kills;
    return work.is_drawn_by_python ? 1 : std::max(work.kills / (25 * work.cost), 2);
}

}  // namespace

TEST_CASE("the long test kills a thousand times", "[faults]") {
    int kills = 0;
    for (const Work& work : works()) kills += work.kills;
    CHECK(kills == 1000);
}

TEST_CASE("killed at any call that writes, every command leaves whole files and goes on to equal bits",
          "[faults][kill]") {
    if (!has_faulty_calls()) return;
    Stream stream = test_stream();
    INFO(seed_text());
    for (const Work& work : works()) {
        if (is_left_out(work)) continue;
        Tally tally("kill -9, `" + work.name + "`");
        for (int left = kills_of(work); left > 0;) {
            const int kills = std::min(left, 1 + static_cast<int>(stream.below(kills_in_a_row)));
            tally.add(trouble_after_kills(work, kills, stream), kills);
            left -= kills;
        }
    }
}

}  // namespace espalier::testing
