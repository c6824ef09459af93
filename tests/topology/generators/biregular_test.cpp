#include <cmath>

#include <espalier/topology/generators/biregular.hpp>
#include <espalier/topology/spectral/leading_singular_values.hpp>

#include "topology/generator_battery.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("biregular: counts, seeds, threads, bad input", "[topology][generators]") {
    check_generator(biregular);
}

TEST_CASE("biregular: degrees of a side differ by one at most, whatever the count", "[topology][generators]") {
    INFO(seed_text());
    for (std::uint32_t k = 0; k < 200; ++k) {
        Stream stream = test_stream(k);
        const std::size_t rows = 1 + stream.below(40);
        const std::size_t cols = 1 + stream.below(40);
        const std::size_t edges = stream.below(rows * cols + 1);
        INFO(rows << "x" << cols << ", " << edges << " edges");
        const Pattern drawn = biregular(rows, cols, edges, stream);
        CHECK(spread(output_degrees(drawn)) == (edges % rows == 0 ? 0 : 1));
        CHECK(spread(input_degrees(drawn)) == (edges % cols == 0 ? 0 : 1));
    }
}

TEST_CASE("biregular: sigma_1 is the root of the product of the degrees", "[topology][generators]") {
    INFO(seed_text());
    Stream stream = test_stream();
    // outputs, inputs, fan-in
    for (const auto& [rows, cols, fan_in] :
         {std::array<std::size_t, 3>{64, 64, 8}, {60, 90, 6}, {512, 128, 3}, {100, 50, 40}, {9, 16, 16}}) {
        const Pattern drawn = biregular(rows, cols, rows * fan_in, stream);
        const double product = static_cast<double>(fan_in) * static_cast<double>(rows * fan_in) / cols;
        CHECK(leading_singular_values(Biadjacency(drawn), 1)[0] == Approx(std::sqrt(product)).epsilon(1e-6));
    }
}

TEST_CASE("biregular: every graph is equally likely, to what 18000 draws can tell", "[topology][generators]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const std::size_t graphs = count_with_degrees(4, 4, {2, 2, 2, 2}, {2, 2, 2, 2});
    REQUIRE(graphs == 90);
    std::map<std::vector<std::uint64_t>, std::size_t> counts;
    for (int k = 0; k < 200 * 90; ++k) ++counts[biregular(4, 4, 8, stream).flat()];
    check_uniform(counts, graphs);
}

TEST_CASE("biregular: who has one edge more is drawn evenly", "[topology][generators]") {
    INFO(seed_text());
    Stream stream = test_stream();
    std::map<std::vector<std::uint64_t>, std::size_t> counts;  // of the outputs with two edges
    for (int k = 0; k < 6000; ++k) {
        std::vector<std::uint64_t> with_more;
        const auto degrees = output_degrees(biregular(4, 6, 6, stream));
        for (std::size_t row = 0; row < 4; ++row) {
            if (degrees[row] == 2) with_more.push_back(row);
        }
        ++counts[with_more];
    }
    check_uniform(counts, 6);
}

}  // namespace espalier::topology
