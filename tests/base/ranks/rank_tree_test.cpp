#include <cmath>
#include <mutex>
#include <string>
#include <vector>

#include <espalier/base/random/random.hpp>
#include <espalier/base/ranks/rank_tree.hpp>
#include <espalier/base/ranks/thread_ranks.hpp>
#include <espalier/base/text/error.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;
namespace {

using Numbers = std::vector<float>;

/// What each rank adds; those without anything hold NaN, which must not be looked at.
std::vector<Numbers> random_shares(int ranks, std::size_t count, const RankMarks& have, Stream& stream) {
    std::vector<Numbers> shares;
    for (std::size_t rank = 0; rank < static_cast<std::size_t>(ranks); ++rank) {
        shares.emplace_back(count, std::nanf(""));
        for (float& number : shares.back()) {
            const auto drawn = static_cast<float>(static_cast<double>(stream.below(1U << 24)) * 1e-3 - 7000.0);
            if (have[rank]) number = drawn;
        }
    }
    return shares;
}

/// The independent slow version: pairs of neighbours, level by level; an absent half adds nothing.
std::vector<float> slow_sum(std::vector<Numbers> level, RankMarks have) {
    while (level.size() > 1) {
        std::vector<Numbers> above;
        RankMarks above_have;
        for (std::size_t k = 0; k < level.size(); k += 2) {
            Numbers node = have[k] ? level[k] : level[k + 1];
            for (std::size_t e = 0; have[k] && have[k + 1] && e < node.size(); ++e)
                node[e] = level[k][e] + level[k + 1][e];
            above.push_back(std::move(node));
            above_have.push_back(have[k] || have[k + 1]);
        }
        level = std::move(above);
        have = std::move(above_have);
    }
    return level.front();
}

}  // namespace

TEST_CASE("rank tree: halving and doubling gives every rank the bits of the tree's sum", "[ranks]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const int ranks : {1, 2, 4, 8}) {
        for (const std::size_t count : {1U, 2U, 3U, 17U, 1000U}) {
            for (int trial = 0; trial < 6; ++trial) {
                RankMarks have(static_cast<std::size_t>(ranks), true);
                for (std::size_t k = 1; trial > 0 && k < have.size(); ++k) have[k] = stream.below(3) > 0;
                const std::vector<Numbers> shares = random_shares(ranks, count, have, stream);
                const Numbers expected = slow_sum(shares, have);
                std::mutex mutex;
                std::vector<Numbers> found;
                std::vector<Numbers> joined;
                run_as_ranks(ranks, [&](Communicator& all) {
                    const auto rank = static_cast<std::size_t>(all.rank());
                    Numbers halved = shares[rank];
                    sum_over_ranks<float>(all, halved, have);
                    Numbers at_once = have[rank] ? shares[rank] : Numbers();
                    join_over_ranks(all, at_once, have, [](std::span<float> left, std::span<const float> right) {
                        for (std::size_t k = 0; k < left.size(); ++k) left[k] += right[k];
                    });
                    const std::lock_guard lock(mutex);
                    found.push_back(halved);
                    joined.push_back(at_once);
                });
                for (const Numbers& sum : found) CHECK(sum == expected);
                for (const Numbers& sum : joined) CHECK(sum == expected);
            }
        }
    }
}

TEST_CASE("rank tree: segments share an array out, and what is sent is as little as can be", "[ranks]") {
    for (const int ranks : {1, 2, 4, 8, 64}) {
        for (const std::size_t count : {0U, 1U, 100U, 1024U}) {
            std::vector<int> owners(count, 0);
            for (int rank = 0; rank < ranks; ++rank) {
                const Segment segment = segment_of(rank, equal_segments(ranks, count));
                for (std::size_t k = segment.begin; k < segment.end; ++k) ++owners[k];
            }
            CHECK(owners == std::vector<int>(count, 1));
        }
    }
    run_as_ranks(8, [](Communicator& all) {
        Numbers numbers(1024, 1.0F);
        sum_over_ranks<float>(all, numbers, RankMarks(8, true));
        if (all.sent().messages != 6 || all.sent().bytes != 2 * sizeof(float) * 1024 * 7 / 8) {
            throw Error(std::to_string(all.sent().bytes) + " bytes");
        }
    });
}

TEST_CASE("rank tree: other numbers of ranks than powers of two are refused", "[ranks]") {
    CHECK_THROWS_WITH(run_as_ranks(3,
                                   [](Communicator& all) {
                                       Numbers numbers(8);
                                       sum_over_ranks<float>(all, numbers, RankMarks(3, true));
                                   }),
                      Contains("3 ranks") && Contains("power of two"));
}

}  // namespace espalier
