#include <cmath>

#include <espalier/topology/assignment/column_search.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("column search: the two smallest agree with a plain loop, ties by the lower column",
          "[topology][column_search]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 300; ++trial) {
        Stream stream = test_stream(trial);
        std::vector<double> row(1 + stream.below(40));
        std::vector<double> price(row.size());
        for (double& value : row) value = static_cast<double>(stream.below(6));
        for (double& value : price) value = static_cast<double>(stream.below(3));
        TwoSmallest expected;
        for (std::size_t j = 0; j < row.size(); ++j) {
            const double value = row[j] - price[j];
            if (value < expected.first) {
                expected.second = expected.first;
                expected.second_column = expected.first_column;
                expected.first = value;
                expected.first_column = j;
            } else if (value < expected.second) {
                expected.second = value;
                expected.second_column = j;
            }
        }
        const TwoSmallest found = two_smallest(row, price);
        CHECK(found.first == expected.first);
        CHECK(found.second == expected.second);
        CHECK(found.first_column == expected.first_column);
        if (row.size() > 1) CHECK(row[found.second_column] - price[found.second_column] == expected.second);
    }
}

TEST_CASE("column search: shortest ways over two rows, closed columns stay closed", "[topology][column_search]") {
    ColumnSearch search(3);
    search.start(std::vector<double>{0, 1, 0});
    search.relax(std::vector<double>{5, 3, 4}, 7, 0.0);  // distances 5 2 4
    const auto nobody_free = [](std::size_t) { return false; };
    CHECK(search.nearest(nobody_free).column == 1);
    CHECK(search.nearest(nobody_free).distance == 2);
    search.close(1);
    search.relax(std::vector<double>{2, 0, 9}, 8, 2.0);  // by row 8: 4, closed, 11
    CHECK(search.nearest(nobody_free).column == 0);
    CHECK(search.nearest([](std::size_t j) { return j == 2; }).column == 2);  // equally near, and free
    CHECK(search.row_before(0) == 8);
    CHECK(search.row_before(2) == 7);
    CHECK(search.row_before(1) == 7);
}

}  // namespace espalier::topology
