#include <algorithm>
#include <csignal>
#include <new>
#include <stdexcept>

#include <sys/resource.h>
#include <unistd.h>

#include <espalier/base/files/isolate.hpp>
#include <espalier/base/text/error.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;
namespace {

/// qemu-user says yes to a limit of memory and sets none.
bool memory_can_be_limited() {
    rlimit before{};
    ::getrlimit(RLIMIT_AS, &before);
    rlimit asked = before;
    asked.rlim_cur = std::min<rlim_t>(before.rlim_cur, rlim_t{1} << 46) - 4096;
    ::setrlimit(RLIMIT_AS, &asked);
    rlimit found{};
    ::getrlimit(RLIMIT_AS, &found);
    ::setrlimit(RLIMIT_AS, &before);
    return found.rlim_cur == asked.rlim_cur;
}

}  // namespace

TEST_CASE("isolate: the text comes back, whatever its size, and nothing else", "[base][isolate]") {
    int touched = 0;
    CHECK(isolated("f", {}, [&] {
              ++touched;
              return std::string("done");
          }) == "done");
    CHECK(touched == 0);
    CHECK(isolated("f", {}, [] { return std::string(1'000'000, 'x'); }) == std::string(1'000'000, 'x'));
    CHECK(isolated("f", {}, [] { return std::string(); }).empty());
}

TEST_CASE("isolate: errors stay what they are", "[base][isolate]") {
    CHECK_THROWS_AS(isolated("f", {}, []() -> std::string { throw ConfigError("c"); }), ConfigError);
    CHECK_THROWS_AS(isolated("f", {}, []() -> std::string { throw FormatError("f"); }), FormatError);
    CHECK_THROWS_AS(isolated("f", {}, []() -> std::string { throw IoError("i"); }), IoError);
    CHECK_THROWS_AS(isolated("f", {}, []() -> std::string { throw NumericError("n"); }), NumericError);
    CHECK_THROWS_WITH(isolated("f", {}, []() -> std::string { throw std::runtime_error("o"); }), Contains("o"));
}

TEST_CASE("isolate: crashes, endless loops, sleep and greed are refused", "[base][isolate]") {
    for (const int signal : {SIGSEGV, SIGFPE, SIGABRT}) {
        CHECK_THROWS_WITH(isolated("some/f", {},
                                   [&] {
                                       std::raise(signal);
                                       return std::string();
                                   }),
                          Contains("some/f") && Contains("crashes"));
    }
    CHECK_THROWS_WITH(isolated("some/f", {.seconds = 1},
                               [] {
                                   for (volatile bool going = true; going;) {
                                   }
                                   return std::string();
                               }),
                      Contains("some/f") && Contains("longer than 1 s"));
    CHECK_THROWS_WITH(isolated("some/f", {.seconds = 1},
                               [] {
                                   ::sleep(30);
                                   return std::string();
                               }),
                      Contains("longer than 1 s"));
    if (!memory_can_be_limited()) return skip("no limit of memory holds here: greed is not tested");
#if !defined(__SANITIZE_ADDRESS__)  // it reserves its shadow beforehand and ends the process itself
    CHECK_THROWS_WITH(isolated("some/f", {.bytes = 64UL << 20},
                               [] {
                                   std::vector<char> greedy(128UL << 20);
                                   char* volatile seen = greedy.data();  // clang leaves out what nobody sees
                                   return std::string(seen != nullptr ? "got it" : "");
                               }),
                      Contains("some/f") && Contains("more than the 64 MiB"));
#endif
}

}  // namespace espalier
