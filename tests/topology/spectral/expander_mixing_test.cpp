#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/spectral/expander_mixing.hpp>

#include "topology/graphs.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

double ratio(const Pattern& pattern, const MixingOptions& options = {}) {
    return expander_mixing_metric(layer("l", pattern), options).number();
}

/// Three copies of every output of a regular layer: degrees 3k on the left, k on the right.
Pattern tripled(const Pattern& regular) {
    std::vector<std::uint64_t> flat;
    for (std::uint64_t row = 0; row < 3 * regular.rows(); ++row) {
        for (const std::uint32_t col : regular.row(row / 3)) flat.push_back(row * regular.cols() + col);
    }
    return Pattern::from_flat(3 * regular.rows(), regular.cols(), flat);
}

}  // namespace

TEST_CASE("expander_mixing: the lemma holds for biregular layers", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const std::size_t degree : {1, 2, 3, 6}) {
        const Pattern regular = random_regular(degree, 24, stream);
        for (const Pattern& p : {regular, tripled(regular), blocks({regular, regular})}) {
            const double found = ratio(p, {300, degree});
            CHECK(found <= 1 + 1e-9);
            CHECK(found > 0);
        }
    }
    CHECK(ratio(Pattern::full(7, 9)) == 0);
}

TEST_CASE("expander_mixing: tight for two blocks", "[topology][spectra]") {
    // S and T one block each: |e - n/4| = n/4, sigma_2 sqrt(|S||T|/4) = 2 * 1. Among 4000 pairs of sets of 4 it is
    // there.
    CHECK(ratio(blocks({Pattern::full(2, 2), Pattern::full(2, 2)}), {4000, 1}) == Approx(1));
}

TEST_CASE("expander_mixing: the same for any number of threads, another for another seed", "[topology][spectra]") {
    Stream stream = test_stream();
    const Pattern drawn = random_pattern(60, 50, 0.2, stream);
    const double once = ratio(drawn);
    set_threads(3);
    CHECK(ratio(drawn) == once);
    set_threads(1);
    CHECK(ratio(drawn, {1000, 1}) != once);
}

TEST_CASE("expander_mixing: why it is undefined", "[topology][spectra]") {
    CHECK(expander_mixing_metric(layer("l", Pattern::empty(3, 3))).reason() == "no edges");
    CHECK_THAT(expander_mixing_metric(layer("l", Pattern::full(1, 3))).reason(), Contains("one neuron"));
}

}  // namespace espalier::topology
