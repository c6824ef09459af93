#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/spectral/leading_singular_values.hpp>

#include "topology/graphs.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// The leading values against the dense eigenproblem, to 1e-9 of each and 1e-10 of the first.
void check_values(const Pattern& pattern, std::span<const double> values = {}) {
    std::vector<double> expected = spectrum_by_eigenvalues(dense_matrix(pattern, values));
    expected.resize(std::max<std::size_t>(expected.size(), 3), 0.0);
    const std::vector<double> found = leading_singular_values(Biadjacency(pattern, values), 3);
    for (std::size_t k = 0; k < 3; ++k) {
        INFO("value " << k << " of " << pattern.shape_text() << ", " << pattern.edges() << " edges");
        CHECK(found[k] == Approx(expected[k]).epsilon(1e-9).margin(1e-10 * expected[0]));
    }
}

void check_triplets(const Pattern& pattern, std::span<const double> values = {}) {
    const Biadjacency matrix(pattern, values);
    const std::vector<SingularTriplet> triplets = leading_singular_triplets(matrix, 2);
    std::vector<double> product(matrix.outputs());
    for (const SingularTriplet& triplet : triplets) {
        if (triplet.value == 0) continue;
        matrix.to_outputs(triplet.inputs, product);
        double squares = 0;
        for (std::size_t k = 0; k < product.size(); ++k) {
            CHECK(product[k] == Approx(triplet.value * triplet.outputs[k]).margin(1e-8 * triplets[0].value));
            squares += triplet.outputs[k] * triplet.outputs[k];
        }
        CHECK(squares == Approx(1));
    }
    double overlap = 0;
    for (std::size_t k = 0; k < matrix.inputs(); ++k) overlap += triplets[0].inputs[k] * triplets[1].inputs[k];
    CHECK(overlap == Approx(0).margin(1e-9));
}

}  // namespace

TEST_CASE("leading singular values: a drawn layer", "[topology][spectra]") {
    //        inputs 0 1 2 3                     definitions.md 6.31
    // output 0:     x . x .
    // output 1:     x x . .
    // output 2:     . x x x
    const Pattern drawn = pattern({{1, 0, 1, 0}, {1, 1, 0, 0}, {0, 1, 1, 1}});
    const std::vector<double> sigma = leading_singular_values(Biadjacency(drawn), 3);
    CHECK(sigma[0] == Approx(2.101003).epsilon(1e-6));
    CHECK(sigma[1] == Approx(1.259280).epsilon(1e-6));
    CHECK(sigma[2] == Approx(1).epsilon(1e-12));
    const std::vector<double> normalized = leading_singular_values(Biadjacency::normalized(drawn), 3);
    CHECK(normalized[0] == Approx(1).epsilon(1e-12));
    CHECK(normalized[1] == Approx(0.645497).epsilon(1e-6));
    CHECK(normalized[2] == Approx(0.5).epsilon(1e-9));
}

TEST_CASE("leading singular values agree with the dense eigenproblem", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const auto& [a, b] : random_pattern_pairs(150, 40)) {
        check_values(a);
        check_values(b, random_values(b.edges(), stream));
        check_triplets(a);
        check_triplets(a, random_values(a.edges(), stream));
    }
}

TEST_CASE("leading singular values: as often as their multiplicity", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int k = 0; k < 20; ++k) {
        const Pattern part = random_pattern(15, 20, 0.3, stream);
        const Pattern other = random_pattern(30, 10, 0.2, stream);
        check_values(blocks({part, part}));
        check_values(blocks({part, part, part}));
        check_values(blocks({part, other, part}));
        check_triplets(blocks({part, part}));
    }
    check_values(
        blocks({Pattern::full(3, 5), Pattern::full(5, 3), Pattern::full(1, 15)}));  // three times the root of 15
    check_values(Pattern::from_flat(7, 7, std::vector<std::uint64_t>{0, 8, 16, 24, 32, 40, 48}));  // the identity
    check_values(random_regular(2, 40, stream));  // even cycles: all values but 2 and 0 twice
}

TEST_CASE("leading singular values: one value and zeros where the rank is one", "[topology][spectra]") {
    for (const auto& [a, b] : {std::pair{40, 60}, {24, 90}, {1, 1}, {1, 7}, {300, 200}}) {
        const auto sigma = leading_singular_values(Biadjacency(Pattern::full(a, b)), 2);
        CHECK(sigma[0] == Approx(std::sqrt(double(a) * b)).epsilon(1e-12));
        CHECK(sigma[1] == 0);
    }
    std::vector<double> outer;
    for (int row = 0; row < 20; ++row) {
        for (int col = 0; col < 30; ++col) outer.push_back((row - 7) * (1 + col % 5));  // signed, of integers
    }
    CHECK(leading_singular_values(Biadjacency(Pattern::full(20, 30), outer), 2)[1] == 0);
    CHECK(leading_singular_triplets(Biadjacency(Pattern::full(3, 4)), 2)[1].inputs == std::vector<double>(4, 0.0));
}

TEST_CASE("leading singular values: nothing to find", "[topology][spectra]") {
    const std::vector<double> zeros(2, 0.0);
    CHECK(leading_singular_values(Biadjacency(Pattern()), 2) == zeros);
    CHECK(leading_singular_values(Biadjacency(Pattern::empty(5, 4)), 2) == zeros);
    CHECK(leading_singular_values(Biadjacency(Pattern::full(5, 4), std::vector<double>(20, 0.0)), 2) == zeros);
    const std::vector<double> bad(20, std::numeric_limits<double>::infinity());
    CHECK_THROWS_AS(leading_singular_values(Biadjacency(Pattern::full(5, 4), bad), 2), NumericError);
}

TEST_CASE("leading singular values: small beside the first, near each other, of any scale", "[topology][spectra]") {
    const Pattern diagonal = Pattern::from_flat(4, 4, std::vector<std::uint64_t>{0, 5, 10, 15});
    for (const double scale : {1.0, 1e-30, 1e30}) {
        for (const double second : {1 - 1e-12, 1 - 1e-7, 1e-3, 1e-6, 1e-9}) {
            const std::vector<double> values{1e-11 * scale, second * scale, scale, 0.0};
            const auto sigma = leading_singular_values(Biadjacency(diagonal, values), 2);
            INFO(second << " at scale " << scale);
            CHECK(sigma[0] == Approx(scale).epsilon(1e-9).margin(0));
            CHECK(sigma[1] == Approx(second * scale).epsilon(1e-9).margin(1e-11 * scale));
        }
    }
}

TEST_CASE("leading singular values: a path converges slowly, and does", "[topology][spectra]") {
    //  input 0 - output 0 - input 1 - output 1 - ...: the eigenvalues are 2 cos(pi k / (vertices + 1))
    constexpr std::uint64_t size = 2000;
    std::vector<std::uint64_t> flat;
    for (std::uint64_t k = 0; k < size; ++k) {
        flat.push_back(k * size + k);
        if (k + 1 < size) flat.push_back(k * size + k + 1);
    }
    const auto sigma = leading_singular_values(Biadjacency(Pattern::from_flat(size, size, flat)), 3);
    for (int k = 0; k < 3; ++k) {
        CHECK(sigma[k] == Approx(2 * std::cos(M_PI * (k + 1) / (2.0 * size + 1))).epsilon(1e-9).margin(0));
    }
}

TEST_CASE("leading singular values: equal bits for any number of threads", "[topology][spectra]") {
    Stream stream = test_stream();
    const Biadjacency matrix(random_pattern(900, 700, 0.4, stream));
    const auto once = leading_singular_values(matrix, 2);
    set_threads(3);
    const auto again = leading_singular_values(matrix, 2);
    set_threads(1);
    CHECK(once == again);
}

TEST_CASE("leading singular values: neurons may be renumbered, sides exchanged, dead neurons added",
          "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern drawn = random_pattern(50, 80, 0.1, stream);
    const auto sigma = leading_singular_values(Biadjacency(drawn), 2);
    const auto outputs = random_permutation(50, stream);
    const auto inputs = random_permutation(80, stream);
    const Pattern others[] = {renumbered(drawn, outputs, inputs), drawn.transposed(),
                              blocks({Pattern::empty(3, 5), drawn, Pattern::empty(2, 1)})};
    for (const Pattern& other : others) {
        const auto same = leading_singular_values(Biadjacency(other), 2);
        CHECK(same[0] == Approx(sigma[0]).epsilon(1e-12));
        CHECK(same[1] == Approx(sigma[1]).epsilon(1e-9));
    }
}

}  // namespace espalier::topology
