#include <espalier/topology/generators/circulant.hpp>

#include "topology/generator_battery.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("circulant: counts, seeds, threads, bad input", "[topology][generators]") {
    check_generator(circulant);
}

TEST_CASE("circulant: output j is output 0 shifted by floor(j inputs / outputs)", "[topology][generators]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const auto& [rows, cols, fan_in] :
         {std::array<std::size_t, 3>{12, 12, 5}, {7, 20, 3}, {20, 7, 4}, {5, 8, 8}, {1, 9, 2}}) {
        INFO(rows << "x" << cols);
        const Pattern drawn = circulant(rows, cols, rows * fan_in, stream);
        for (std::size_t j = 0; j < rows; ++j) {
            REQUIRE(drawn.row(j).size() == fan_in);
            for (const std::uint32_t offset : drawn.row(0)) CHECK(drawn.contains(j, (j * cols / rows + offset) % cols));
        }
    }
}

TEST_CASE("circulant: as many inputs as outputs give equal degrees", "[topology][generators]") {
    Stream stream = test_stream();
    const Pattern drawn = circulant(31, 31, 31 * 6, stream);
    CHECK(spread(output_degrees(drawn)) == 0);
    CHECK(spread(input_degrees(drawn)) == 0);
}

TEST_CASE("circulant: what does not divide goes to outputs far apart", "[topology][generators]") {
    Stream stream = test_stream();
    const auto degrees = output_degrees(circulant(8, 16, 8 * 3 + 2, stream));
    CHECK(degrees == std::vector<std::uint32_t>{3, 3, 3, 4, 3, 3, 3, 4});
}

}  // namespace espalier::topology
