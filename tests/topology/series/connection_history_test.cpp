#include <cmath>

#include <espalier/topology/series/connection_history.hpp>

#include "topology/mask_series.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// The definitions, on bitmaps of all masks at once.
struct Twin {
    explicit Twin(const std::vector<Pattern>& masks) {
        for (const Pattern& mask : masks) {
            std::vector<int> bits;
            for (const auto& row : dense(mask)) bits.insert(bits.end(), row.begin(), row.end());
            bitmaps.push_back(bits);
        }
    }

    /// Positions that are kept in all masks from `begin` to `end`, both included.
    std::uint64_t in_all(std::size_t begin, std::size_t end) const {
        std::uint64_t count = 0;
        for (std::size_t p = 0; p < bitmaps[0].size(); ++p) {
            bool kept = true;
            for (std::size_t k = begin; k <= end; ++k) kept = kept && bitmaps[k][p] == 1;
            count += kept ? 1 : 0;
        }
        return count;
    }
    std::uint64_t in_both(std::size_t a, std::size_t b) const {
        std::uint64_t count = 0;
        for (std::size_t p = 0; p < bitmaps[0].size(); ++p) count += bitmaps[a][p] & bitmaps[b][p];
        return count;
    }
    std::uint64_t in_any(std::size_t end) const {
        std::uint64_t count = 0;
        for (std::size_t p = 0; p < bitmaps[0].size(); ++p) {
            int kept = 0;
            for (std::size_t k = 0; k <= end; ++k) kept |= bitmaps[k][p];
            count += kept;
        }
        return count;
    }
    double survival(std::size_t lag) const {
        double survivors = 0;
        double starts = 0;
        for (std::size_t k = 0; k + lag < bitmaps.size(); ++k) {
            survivors += static_cast<double>(in_all(k, k + lag));
            starts += static_cast<double>(in_all(k, k));
        }
        return survivors / starts;  // 0 / 0 is the NaN that is wanted
    }

    std::vector<std::vector<int>> bitmaps;
};

void check_like_twin(const std::vector<Pattern>& masks) {
    const Twin twin(masks);
    const ConnectionHistory history = history_of(masks);
    const ConnectionHistory::Counts& counts = history.counts();
    const std::vector<double> by_lag = history.survival_by_lag();
    REQUIRE(counts.edges.size() == masks.size());
    REQUIRE(by_lag.size() == masks.size());
    for (std::size_t k = 0; k < masks.size(); ++k) {
        CHECK(counts.edges[k] == twin.in_all(k, k));
        CHECK(counts.of_first[k] == twin.in_both(0, k));
        CHECK(counts.of_first_unbroken[k] == twin.in_all(0, k));
        CHECK(counts.appeared[k] == twin.in_all(k, k) - (k == 0 ? 0 : twin.in_both(k - 1, k)));
        CHECK(counts.explored[k] == twin.in_any(k));
        const double expected = twin.survival(k);
        CHECK((std::isnan(expected) ? std::isnan(by_lag[k]) : by_lag[k] == Approx(expected).epsilon(1e-14)));
    }
}

}  // namespace

TEST_CASE("connection history: three masks of a drawn layer", "[topology][connection_history]") {
    //  x x .     x . x     x x .      (0, 1) goes and comes back, (0, 2) is there once, (1, 0) goes for good
    //  x . .     x . .     . . x
    const ConnectionHistory history =
        history_of({pattern({{1, 1, 0}, {1, 0, 0}}), pattern({{1, 0, 1}, {1, 0, 0}}), pattern({{1, 1, 0}, {0, 0, 1}})});
    const ConnectionHistory::Counts& counts = history.counts();
    CHECK(counts.of_first == std::vector<std::uint64_t>{3, 2, 2});
    CHECK(counts.of_first_unbroken == std::vector<std::uint64_t>{3, 2, 1});
    CHECK(counts.appeared == std::vector<std::uint64_t>{3, 1, 2});
    CHECK(counts.explored == std::vector<std::uint64_t>{3, 4, 5});
    // one mask later: 2 of 3, 1 of 3; two later: 1 of 3
    CHECK(history.survival_by_lag() == std::vector<double>{1, 3.0 / 6.0, 1.0 / 3.0});
}

TEST_CASE("connection history: like bitmaps of all masks", "[topology][connection_history]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 60; ++round) {
        const std::size_t rows = stream.below(12);
        const std::size_t cols = 1 + stream.below(200);
        const double density = round % 5 == 0 ? 0.002 : 0.1 * static_cast<double>(stream.below(8));
        check_like_twin(mask_series(rows, cols, density, 1 + stream.below(12), stream));
    }
}

TEST_CASE("connection history: full, empty, and no layer at all", "[topology][connection_history]") {
    const Pattern full = Pattern::full(3, 4);
    const Pattern none = Pattern::empty(3, 4);
    check_like_twin({full, full, full});
    check_like_twin({none, none});
    check_like_twin({none, full, none, full, none});
    check_like_twin({full, none, none, pattern({{1, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 1}})});
    check_like_twin({full});
    CHECK(history_of({Pattern::full(0, 3), Pattern::full(0, 3)}).counts().explored.back() == 0);
}

}  // namespace espalier::topology
