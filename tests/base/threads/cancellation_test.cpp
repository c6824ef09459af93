#include <atomic>

#include <espalier/base/threads/cancellation.hpp>
#include <espalier/base/threads/threads.hpp>

#include "support.hpp"

namespace espalier {

TEST_CASE("cancellation: loops end at the next item on every thread, nested ones too", "[base][threads]") {
    for (const int count : {1, 3}) {
        set_threads(count);
        std::atomic<bool> is_cancelled = false;
        std::atomic<int> done = 0;
        const CancellationScope scope(&is_cancelled);
        const auto work = [&] {
            parallel_for(1000, [&](std::size_t) {
                parallel_for(10, [&](std::size_t) {
                    if (++done == 50) is_cancelled = true;
                });
            });
        };
        CHECK_THROWS_AS(work(), Cancelled);
        CHECK(done < 100);
        CHECK_THROWS_AS(cancellation_point(), Cancelled);
    }
    set_threads(1);
    CHECK_NOTHROW(cancellation_point());  // outside of the scope
}

}  // namespace espalier
