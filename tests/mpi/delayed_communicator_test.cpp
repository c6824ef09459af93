#include <chrono>
#include <vector>

#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/ranks/thread_ranks.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/mpi/delayed_communicator.hpp>

#include "support.hpp"

namespace espalier::mpi {
using namespace testing;

TEST_CASE("delayed communicator: a delay is a latency and a rate", "[mpi]") {
    const Delay both = parse_delay("50us,1.25GB/s");
    CHECK(both.seconds == Approx(50e-6));
    CHECK(both.seconds_per_byte == Approx(0.8e-9));
    CHECK(both.of(1000) == Approx(50.8e-6));
    CHECK(parse_delay("2ms").of(1U << 30) == Approx(2e-3));
    for (const char* wrong :
         {"", "50", "us", "-1us", "0us", "1us,", "1us,5", "1us,2kB/s", "1us 2GB/s", "1us,1GB/s,3"}) {
        INFO(wrong);
        CHECK_THROWS_WITH(parse_delay(wrong), Contains("ESPALIER_MPI_DELAY") && Contains("50us,1.25GB/s"));
    }
}

TEST_CASE("delayed communicator: the same messages, counted alike, and none sooner than it says", "[mpi]") {
    const Delay delay{2e-3, 1e-6};
    std::vector<double> seconds(2);
    std::vector<int> right(2);
    run_as_ranks(2, [&](Communicator& inner) {
        DelayedCommunicator ranks(inner, delay);
        const auto own = static_cast<std::size_t>(ranks.rank());
        const auto start = std::chrono::steady_clock::now();
        const std::vector<Message> all = all_gather(ranks, Message(1000 * (own + 1), std::byte(own)));
        seconds[own] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        right[own] = all == std::vector<Message>{Message(1000, std::byte(0)), Message(2000, std::byte(1))} &&
                     ranks.sent().messages == 1 && inner.sent().messages == 1 &&
                     ranks.sent().bytes == inner.sent().bytes;
    });
    CHECK(right == std::vector<int>{1, 1});
    for (const double taken : seconds) CHECK(taken >= delay.of(2000));
}

}  // namespace espalier::mpi
