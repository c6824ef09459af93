#include <cmath>

#include <espalier/topology/generators/biregular.hpp>
#include <espalier/topology/generators/ramanujan.hpp>

#include "topology/generator_battery.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("ramanujan: counts, seeds, threads, bad input", "[topology][generators]") {
    check_generator(ramanujan);
}

TEST_CASE("ramanujan: the gap of known graphs", "[topology][generators]") {
    // K_{4,9}: sigma = 6, 0, ...; two copies of K_{3,3}: sigma = 3, 3.
    CHECK(ramanujan_gap(Pattern::full(4, 9)) == Approx(std::sqrt(3.0) + std::sqrt(8.0)));
    const Pattern two = pattern({{1, 1, 1, 0, 0, 0},
                                 {1, 1, 1, 0, 0, 0},
                                 {1, 1, 1, 0, 0, 0},
                                 {0, 0, 0, 1, 1, 1},
                                 {0, 0, 0, 1, 1, 1},
                                 {0, 0, 0, 1, 1, 1}});
    CHECK(ramanujan_gap(two) == Approx(2 * std::sqrt(2.0) - 3.0));
    CHECK(has_ramanujan_bound(10, 20, 60));
    CHECK_FALSE(has_ramanujan_bound(10, 20, 59));
    CHECK_FALSE(has_ramanujan_bound(20, 10, 59));
    CHECK_FALSE(has_ramanujan_bound(0, 10, 0));
}

TEST_CASE("ramanujan: the bound is met where there is room for it", "[topology][generators]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const auto& [rows, cols, edges] : {std::array<std::size_t, 3>{64, 64, 512},
                                            {100, 300, 3000},
                                            {300, 784, 23520},
                                            {10, 100, 500},
                                            {50, 50, 2000}}) {
        INFO(rows << "x" << cols << ", " << edges << " edges");
        const Pattern drawn = ramanujan(rows, cols, edges, stream);
        CHECK(ramanujan_gap(drawn) >= 0.0);
        CHECK(spread(output_degrees(drawn)) <= 1);
        CHECK(spread(input_degrees(drawn)) <= 1);
    }
}

TEST_CASE("ramanujan: the first of its draws that meets the bound, else the best", "[topology][generators]") {
    INFO(seed_text());
    // Small and of degree 3: some draws meet the bound and some do not.
    for (std::uint32_t number = 0; number < 30; ++number) {
        Stream stream = test_stream(number);
        Stream same = test_stream(number);
        const Pattern drawn = ramanujan(40, 40, 120, stream);
        Pattern best = biregular(40, 40, 120, same);
        for (std::size_t k = 1; k < most_ramanujan_draws && ramanujan_gap(best) < 0.0; ++k) {
            const Pattern next = biregular(40, 40, 120, same);
            if (ramanujan_gap(next) > ramanujan_gap(best)) best = next;
        }
        CHECK(drawn == best);
    }
}

TEST_CASE("ramanujan: too few edges for a bound give the biregular graph", "[topology][generators]") {
    Stream stream = test_stream();
    Stream same = test_stream();
    CHECK(ramanujan(40, 20, 80, stream) == biregular(40, 20, 80, same));
}

}  // namespace espalier::topology
