#include <csignal>
#include <stdexcept>

#include <espalier/base/error.hpp>
#include <espalier/base/rehearse.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("rehearse: what is read leaves no trace and exceptions are left to the caller", "[base][rehearse]") {
    int reads = 0;
    rehearse("f", [&] { ++reads; });
    rehearse("f", [] { throw std::runtime_error("met again"); });
    CHECK(reads == 0);
}

TEST_CASE("rehearse: crashes and endless loops are refused", "[base][rehearse]") {
    for (const int signal : {SIGSEGV, SIGFPE, SIGABRT}) {
        CHECK_THROWS_WITH(rehearse("some/f", [&] { std::raise(signal); }), Contains("some/f") && Contains("crash"));
    }
    CHECK_THROWS_WITH(rehearse("some/f",
                               [] {
                                   for (volatile bool going = true; going;) {
                                   }
                               }),
                      Contains("some/f") && Contains("never end"));
}

}  // namespace espalier
