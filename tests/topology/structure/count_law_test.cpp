#include <cmath>
#include <iterator>

#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/structure/count_law.hpp>
#include <espalier/topology/structure/power_law_bootstrap.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

std::vector<DegreeCount> from(const std::vector<DegreeCount>& counts, std::uint32_t d_min) {
    std::vector<DegreeCount> tail;
    std::ranges::copy_if(counts, std::back_inserter(tail), [&](const auto& entry) { return entry.degree >= d_min; });
    return tail;
}

}  // namespace

TEST_CASE("count law: probabilities of the cut law sum to 1", "[topology][count_law]") {
    const std::vector<DegreeCount> counts = {{3, 10}, {4, 8}, {5, 9}, {9, 2}};
    for (const RandomLaw kind : {RandomLaw::poisson, RandomLaw::binomial}) {
        for (std::uint32_t d_min : {3U, 4U, 5U}) {
            const CountLaw law = fit_count_law(kind, 20, from(counts, d_min));
            double sum = 0;
            for (std::uint32_t d = d_min; d <= (kind == RandomLaw::binomial ? 20U : 200U); ++d) {
                sum += std::exp(law.log_probability(d));
            }
            CHECK(sum == Approx(1).epsilon(1e-10));
        }
    }
}

TEST_CASE("count law: not cut off, the mean is that of the degrees", "[topology][count_law]") {
    INFO(seed_text());
    Stream stream = test_stream();
    auto degrees = output_degrees(random_pattern(500, 300, 0.1, stream));
    degrees.push_back(1);
    const auto counts = degree_counts(degrees);
    const double mean = degree_statistics(degrees).mean;
    CHECK(fit_count_law(RandomLaw::poisson, 300, counts).mean == Approx(mean).epsilon(1e-6));
    CHECK(fit_count_law(RandomLaw::binomial, 300, counts).mean == Approx(mean).epsilon(1e-6));
    // the upper half alone tells the same law
    CHECK(fit_count_law(RandomLaw::binomial, 300, from(counts, 30)).mean == Approx(30).epsilon(0.15));
}

TEST_CASE("count law: far tails do not leave the range of double", "[topology][count_law]") {
    const std::vector<DegreeCount> counts = {{3000, 50}, {3001, 1}, {3500, 1}};
    for (const RandomLaw kind : {RandomLaw::poisson, RandomLaw::binomial}) {
        const CountLaw law = fit_count_law(kind, 3500, counts);
        CHECK(std::isfinite(law.log_probability(3000)));
        CHECK((law.mean > 0 && law.mean <= 3500));
    }
}

TEST_CASE("likelihood ratio: has the right sign for planted laws", "[topology][count_law]") {
    INFO(seed_text());
    Stream stream = test_stream();
    std::vector<std::uint32_t> scale_free(2000);
    const PowerLawSampler sampler(2.5, 2);
    for (std::uint32_t& degree : scale_free) degree = std::min(1000U, sampler(stream));
    const auto planted = degree_counts(scale_free);
    const auto random = degree_counts(output_degrees(random_pattern(2000, 1000, 0.02, stream)));
    PowerLawOptions whole;
    whole.least_tail = 1900;
    for (const RandomLaw kind : {RandomLaw::poisson, RandomLaw::binomial}) {
        const LikelihoodRatio for_planted = compare_with(kind, 1000, *fit_power_law(planted), planted);
        CHECK(for_planted.ratio > 0);
        CHECK(for_planted.p_value < 0.01);
        const LikelihoodRatio for_random = compare_with(kind, 1000, *fit_power_law(random, whole), random);
        CHECK(for_random.ratio < 0);
        CHECK(for_random.z < -10);
    }
}

}  // namespace espalier::topology
