#include <atomic>
#include <string>
#include <vector>

#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/ranks/thread_ranks.hpp>
#include <espalier/base/text/error.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("ranks as threads: messages arrive in order, whoever waits first, and are counted", "[ranks]") {
    std::atomic<bool> in_order = true;
    std::vector<Traffic> sent(3);
    run_as_ranks(3, [&](Communicator& ranks) {
        const int next = (ranks.rank() + 1) % 3;
        const int before = (ranks.rank() + 2) % 3;
        for (int k = 0; k < 100; ++k) {
            const std::vector<int> numbers(static_cast<std::size_t>(k), k);
            ranks.send(next, bytes_of(std::span(numbers)));
        }
        for (int k = 0; k < 100; ++k) {
            const std::vector<int> got = numbers_of<int>(ranks.receive(before));
            if (got != std::vector<int>(static_cast<std::size_t>(k), k)) in_order = false;
        }
        sent[static_cast<std::size_t>(ranks.rank())] = ranks.sent();
    });
    CHECK(in_order);
    for (const Traffic& traffic : sent) {
        CHECK(traffic.messages == 100);
        CHECK(traffic.bytes == 99 * 100 / 2 * sizeof(int));
    }
}

TEST_CASE("ranks as threads: an error of one reaches all who wait, and the caller", "[ranks]") {
    std::atomic<int> heard = 0;
    const auto fails = [&](int which, int count) {
        return [&heard, which, count] {
            run_as_ranks(count, [&](Communicator& ranks) {
                if (ranks.rank() == which) throw IoError("disk full");
                try {
                    ranks.receive(which);
                } catch (const PeerError& error) {
                    if (error.what() == "rank " + std::to_string(which) + ": disk full") ++heard;
                    throw;
                }
            });
        };
    };
    CHECK_THROWS_AS(fails(2, 4)(), IoError);
    CHECK(heard == 3);
    CHECK_THROWS_WITH(fails(0, 2)(), "disk full");
    // One that ends without a word leaves nobody waiting.
    CHECK_THROWS_WITH(run_as_ranks(2,
                                   [](Communicator& ranks) {
                                       if (ranks.rank() == 0) ranks.receive(1);
                                   }),
                      "rank 1: ended early");
}

TEST_CASE("ranks as threads: lengths that both should know are checked", "[ranks]") {
    CHECK_THROWS_AS(run_as_ranks(2,
                                 [](Communicator& ranks) {
                                     const Message out(ranks.rank() == 0 ? 3 : 5);
                                     Message in(4);
                                     ranks.exchange(1 - ranks.rank(), out, in);
                                 }),
                    FormatError);
}

}  // namespace espalier
