#include <numeric>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("parallel_for: every item once, and the first failure comes back", "[base][threads]") {
    for (const int count : {1, 2, 4}) {
        set_threads(count);
        std::vector<int> hits(1000, 0);
        parallel_for(hits.size(), [&](std::size_t k) { ++hits[k]; });
        CHECK(hits == std::vector<int>(1000, 1));
        CHECK_THROWS_WITH(parallel_for(100,
                                       [](std::size_t k) {
                                           if (k >= 40) throw IoError(std::to_string(k));
                                       }),
                          Contains("40"));
    }
    set_threads(1);
    CHECK_THROWS_AS(set_threads(0), ConfigError);
    CHECK(available_cores() >= 1);
}

TEST_CASE("parallel_for: nested loops run in order, and of several failures the lowest comes back", "[base][threads]") {
    set_threads(3);
    std::vector<int> hits(40, 0);
    parallel_for(40, [&](std::size_t k) {
        parallel_for(3, [&](std::size_t inner) { hits[k] = hits[k] * 10 + static_cast<int>(inner) + 1; });
    });
    CHECK(hits == std::vector<int>(40, 123));
    CHECK_THROWS_WITH(parallel_for(8,
                                   [](std::size_t k) {
                                       if (k > 1) throw IoError(std::to_string(k));
                                   }),
                      Contains("2"));
    set_threads(1);
}

}  // namespace espalier
