#include <csignal>
#include <new>
#include <stdexcept>
#include <string>

#include <espalier/base/files/rehearse.hpp>
#include <espalier/base/text/error.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("rehearse: what is read leaves no trace and exceptions of others are left to the caller",
          "[base][rehearse]") {
    int reads = 0;
    rehearse("f", [&] { ++reads; });
    rehearse("f", [] { throw std::runtime_error("met again"); });
    rehearse("f", [] { throw std::bad_alloc(); });
    CHECK(reads == 0);
}

TEST_CASE("rehearse: what the child refuses is refused in its words, and the file never read here",
          "[base][rehearse]") {
    int reads = 0;
    const auto refused_as = [&](const auto& error) {
        return [&reads, error] {
            ++reads;
            throw error;
        };
    };
    CHECK_THROWS_AS(rehearse("f", refused_as(ConfigError("c"))), ConfigError);
    CHECK_THROWS_AS(rehearse("f", refused_as(FormatError("f"))), FormatError);
    CHECK_THROWS_AS(rehearse("f", refused_as(IoError("i"))), IoError);
    CHECK_THROWS_AS(rehearse("f", refused_as(NumericError("n"))), NumericError);
    const std::string long_text(100'000, 'x');
    CHECK_THROWS_WITH(rehearse("f", refused_as(FormatError(long_text))), Catch::Matchers::Equals(long_text));
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
