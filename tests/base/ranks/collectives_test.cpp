#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/ranks/thread_ranks.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;
namespace {

/// A message of a length of its own.
std::vector<int> message_of_rank(int rank) {
    return std::vector<int>(static_cast<std::size_t>(rank * rank % 5), rank);
}

}  // namespace

TEST_CASE("collectives: every rank gets what it should, of any number of ranks", "[ranks]") {
    for (const int count : {1, 2, 3, 4, 5, 7, 8}) {
        INFO(count << " ranks");
        std::mutex mutex;
        int right = 0;
        run_as_ranks(count, [&](Communicator& ranks) {
            const std::vector<int> own = message_of_rank(ranks.rank());
            const Message message = message_of(std::span<const int>(own));
            const std::vector<Message> all = all_gather(ranks, message);
            const std::vector<Message> gathered = gather(ranks, message);
            const std::string text = broadcast_text(ranks, ranks.rank() == 0 ? "of rank 0" : "of another");
            const auto number = broadcast_number<std::int64_t>(ranks, 40 + ranks.rank());
            bool is_right = text == "of rank 0" && number == 40 && all.size() == static_cast<std::size_t>(count) &&
                            gathered.size() == (ranks.rank() == 0 ? all.size() : 0);
            for (std::size_t k = 0; k < all.size(); ++k)
                is_right = is_right && numbers_of<int>(all[k]) == message_of_rank(static_cast<int>(k));
            for (std::size_t k = 0; k < gathered.size(); ++k) is_right = is_right && gathered[k] == all[k];
            const std::lock_guard lock(mutex);
            right += is_right ? 1 : 0;
        });
        CHECK(right == count);
    }
}

TEST_CASE("collectives: nobody leaves a barrier before all have come", "[ranks]") {
    std::atomic<int> come = 0;
    std::atomic<bool> too_early = false;
    run_as_ranks(6, [&](Communicator& ranks) {
        for (int round = 1; round <= 20; ++round) {
            ++come;
            barrier(ranks);
            if (come < 6 * round) too_early = true;
            barrier(ranks);
        }
    });
    CHECK_FALSE(too_early);
}

TEST_CASE("collectives: a message of a wrong length is refused", "[ranks]") {
    CHECK_THROWS_WITH(numbers_of<double>(Message(12)), Contains("wrong length"));
    CHECK(numbers_of<double>(Message()).empty());
}

}  // namespace espalier
