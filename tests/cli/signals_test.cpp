#include <csignal>

#include <espalier/cli/signals.hpp>

#include "support.hpp"

namespace espalier::cli {

TEST_CASE("signals: the first asks for an end, the second would kill", "[cli][signals]") {
    catch_stop_signals();
    CHECK_FALSE(stop_requested());
    REQUIRE(std::raise(SIGTERM) == 0);
    CHECK(stop_requested());
    struct sigaction now {};
    REQUIRE(::sigaction(SIGTERM, nullptr, &now) == 0);
    CHECK(now.sa_handler == SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
}

}  // namespace espalier::cli
