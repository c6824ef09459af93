#include <numeric>
#include <vector>

#include <espalier/base/error.hpp>
#include <espalier/base/threads.hpp>

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

TEST_CASE("run_parts: each part once, nested ones in order, and an exception comes back", "[base][threads]") {
    std::vector<int> hits(4, 0);
    run_parts(4, [&](int part) {
        run_parts(3, [&](int inner) {
            hits[static_cast<std::size_t>(part)] = hits[static_cast<std::size_t>(part)] * 10 + inner + 1;
        });
    });
    CHECK(hits == std::vector<int>(4, 123));
    CHECK_THROWS_WITH(run_parts(4,
                                [](int part) {
                                    if (part > 1) throw IoError(std::to_string(part));
                                }),
                      Contains("2"));
}

}  // namespace espalier
