#include <cmath>
#include <iterator>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/structure/hurwitz_zeta.hpp>
#include <espalier/topology/structure/power_law_bootstrap.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

std::vector<std::uint32_t> sample(double exponent, std::uint32_t d_min, std::size_t count, Stream& stream) {
    const PowerLawSampler sampler(exponent, d_min);
    std::vector<std::uint32_t> degrees(count);
    for (std::uint32_t& degree : degrees) degree = sampler(stream);
    return degrees;
}

double zeta_by_sum(double s, double q) {
    double sum = 0;
    for (double d = 0; d < 200'000; ++d) sum += std::pow(q + d, -s);
    return sum + std::pow(q + 200'000 - 0.5, 1 - s) / (s - 1);
}

/// Likelihood on a grid of exponents.
double exponent_by_grid(const std::vector<std::uint32_t>& degrees, std::uint32_t d_min) {
    double best = 0;
    double highest = -1e300;
    for (double exponent = 1.5; exponent < 4; exponent += 0.02) {
        const double log_all = std::log(zeta_by_sum(exponent, d_min));
        double likelihood = 0;
        for (const std::uint32_t degree : degrees) likelihood -= exponent * std::log(degree) + log_all;
        if (likelihood <= highest) continue;
        highest = likelihood;
        best = exponent;
    }
    return best;
}

/// Largest distance of the two distributions over every number from d_min on.
double ks_by_definition(const std::vector<std::uint32_t>& degrees, const PowerLaw& law) {
    std::vector<std::uint32_t> tail;
    std::ranges::copy_if(degrees, std::back_inserter(tail), [&](std::uint32_t d) { return d >= law.d_min; });
    double below = 0;
    double largest = 0;
    const double log_all = log_hurwitz_zeta(law.exponent, law.d_min);
    for (std::uint32_t d = law.d_min; d <= std::ranges::max(tail); ++d) {
        below += std::exp(-law.exponent * std::log(d) - log_all);
        const auto share = static_cast<double>(std::ranges::count_if(tail, [d](std::uint32_t x) { return x <= d; })) /
                           static_cast<double>(tail.size());
        largest = std::max(largest, std::abs(share - below));
    }
    return largest;
}

}  // namespace

TEST_CASE("power law: the usual approximation is biased as definitions.md 6.6 says", "[topology][power_law]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const std::vector<std::pair<std::uint32_t, double>> golden = {{1, 2.02}, {2, 2.37}, {3, 2.45}, {6, 2.49}};
    for (const auto& [d_min, biased] : golden) {
        INFO("d_min = " << d_min);
        const auto counts = degree_counts(sample(2.5, d_min, 200'000, stream));
        CHECK(fitted_exponent(counts, {.exact = false}) == Approx(biased).margin(0.015));
        CHECK(fitted_exponent(counts) == Approx(2.5).margin(0.02));
    }
}

TEST_CASE("power law: planted laws are found again", "[topology][power_law]") {
    INFO(seed_text());
    for (const double exponent : {1.8, 2.2, 3.0, 3.5}) {
        for (const std::uint32_t d_min : {1U, 5U}) {
            INFO("exponent " << exponent << " from " << d_min << " on");
            Stream stream = test_stream(d_min);
            std::vector<std::uint32_t> degrees = sample(exponent, d_min, 5000, stream);
            for (std::uint32_t d = 1; d < d_min; ++d) degrees.insert(degrees.end(), 1000, d);  // flat below
            const auto law = fit_power_law(degree_counts(degrees));
            REQUIRE(law.has_value());
            CHECK(law->exponent == Approx(exponent).epsilon(0.08));
            CHECK(law->d_min >= d_min);
            CHECK(law->d_min <= d_min + 4);
            CHECK(law->ks < 0.03);
        }
    }
}

TEST_CASE("power law: agrees with a grid of exponents and with the definition of KS", "[topology][power_law]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto degrees = sample(2.3, 2, 300, stream);
    CHECK(fitted_exponent(degree_counts(degrees)) == Approx(exponent_by_grid(degrees, 2)).margin(0.011));
    const auto law = fit_power_law(degree_counts(degrees));
    REQUIRE(law.has_value());
    CHECK(law->ks == Approx(ks_by_definition(degrees, *law)).margin(1e-9));
    const auto counts = degree_counts(degrees);
    for (std::size_t k = 0; k + 1 < counts.size(); ++k) {  // no other d_min is nearer
        const auto tail = std::span(counts).subspan(k);
        PowerLaw other{fitted_exponent(tail), tail.front().degree};
        const auto larger = std::ranges::count_if(degrees, [&](std::uint32_t d) { return d >= other.d_min; });
        if (larger >= 10) CHECK(ks_by_definition(degrees, other) >= law->ks - 1e-9);
    }
}

TEST_CASE("power law: the sampler's distribution", "[topology][power_law]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto degrees = sample(1.5, 3, 100'000, stream);  // many beyond the sampler's table
    for (const std::uint32_t bound : {4U, 30U, 4000U, 100'000U, 10'000'000U}) {
        const auto above = static_cast<double>(std::ranges::count_if(degrees, [&](auto d) { return d >= bound; }));
        const double expected = std::exp(log_hurwitz_zeta(1.5, bound) - log_hurwitz_zeta(1.5, 3)) * 100'000;
        INFO("from " << bound << " on");
        CHECK(above == Approx(expected).margin(5 * std::sqrt(expected)));
    }
}

TEST_CASE("power law: p-values tell planted laws from geometric degrees", "[topology][power_law]") {
    INFO(seed_text());
    Stream stream = test_stream();
    PowerLawOptions options;
    options.least_tail = 300;  // a short tail of anything looks like a power law
    const auto p_value = [&](const std::vector<DegreeCount>& counts) {
        return power_law_p_value(counts, *fit_power_law(counts, options), options, 40, 7);
    };
    double sum = 0;  // p-values of true laws are spread evenly over [0, 1]
    for (int trial = 0; trial < 20; ++trial) sum += p_value(degree_counts(sample(2.5, 1, 1000, stream)));
    CHECK(sum / 20 == Approx(0.5).margin(5 * 0.29 / std::sqrt(20)));
    std::vector<std::uint32_t> drawn(1000, 1);
    for (std::uint32_t& degree : drawn) {
        while (stream.below(6) != 0) ++degree;
    }
    const auto geometric = degree_counts(drawn);
    const double alone = p_value(geometric);
    CHECK(alone < 0.05);
    set_threads(2);
    CHECK(p_value(geometric) == alone);
    set_threads(1);
}

TEST_CASE("power law: none in too few or equal degrees", "[topology][power_law]") {
    CHECK_FALSE(fit_power_law({}).has_value());
    CHECK_FALSE(fit_power_law(degree_counts(std::vector<std::uint32_t>(100, 4))).has_value());
    CHECK_FALSE(fit_power_law(degree_counts(std::vector<std::uint32_t>{1, 2, 3})).has_value());
    CHECK(degree_counts(std::vector<std::uint32_t>{0, 0}).empty());
    const std::vector<std::uint32_t> steep(1000, 400);  // all but one equal: the likelihood grows with the exponent
    std::vector<std::uint32_t> nearly = steep;
    nearly.push_back(401);
    const auto law = fit_power_law(degree_counts(nearly));
    REQUIRE(law.has_value());
    CHECK((std::isfinite(law->exponent) && law->exponent <= 1000 && std::isfinite(law->ks)));
}

}  // namespace espalier::topology
