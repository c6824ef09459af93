#include <set>

#include <espalier/base/patterns/position_set.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("position set: both forms agree with std::set", "[base]") {
    INFO(seed_text());
    // 40 members: a bitset below 5120 positions, else a hash table; few positions, many collisions.
    for (const std::uint64_t total :
         {std::uint64_t{60}, std::uint64_t{5000}, std::uint64_t{6000}, std::uint64_t{1} << 50}) {
        Stream stream = test_stream(static_cast<std::uint32_t>(total % 1000));
        PositionSet fast(total, 40);
        std::set<std::uint64_t> slow;
        for (int step = 0; step < 5000; ++step) {
            const bool again = !slow.empty() && stream.below(3) == 0;
            const std::uint64_t position =
                again ? *slow.lower_bound(stream.below(*slow.rbegin() + 1)) : stream.below(total);
            CHECK(fast.contains(position) == slow.contains(position));
            if (slow.contains(position)) {
                fast.erase(position);
                slow.erase(position);
            } else if (slow.size() < 40) {
                CHECK(fast.insert(position));
                CHECK_FALSE(fast.insert(position));
                slow.insert(position);
            }
        }
        for (const std::uint64_t position : slow) CHECK(fast.contains(position));
    }
}

}  // namespace espalier
