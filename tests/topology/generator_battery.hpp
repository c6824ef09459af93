#pragma once

#include <functional>
#include <map>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/graph/degree.hpp>

#include "support.hpp"
#include "uniform.hpp"

namespace espalier::testing {

/// A layer of rows x cols with so many edges; its form (distinct edges, in range) is what a Pattern guarantees.
using Generator = std::function<Pattern(std::size_t rows, std::size_t cols, std::size_t edges, Stream& stream)>;

inline std::uint32_t spread(const std::vector<std::uint32_t>& degrees) {
    if (degrees.empty()) return 0;
    const auto [low, high] = std::ranges::minmax(degrees);
    return high - low;
}

/// Exact counts from nothing to everything, seeds, threads, and what is refused.
inline void check_generator(const Generator& generate) {
    INFO(seed_text());
    for (std::uint32_t k = 0; k < 60; ++k) {
        Stream stream = test_stream(k);
        const std::size_t rows = 1 + stream.below(30);
        const std::size_t cols = 1 + stream.below(30);
        const std::size_t edges = stream.below(rows * cols + 1);
        INFO(rows << "x" << cols << ", " << edges << " edges");
        const Pattern generated = generate(rows, cols, edges, stream);
        CHECK(generated.rows() == rows);
        CHECK(generated.cols() == cols);
        CHECK(generated.edges() == edges);
    }
    const auto of_stream = [&](std::uint32_t number) {
        Stream stream = test_stream(number);
        return generate(40, 48, 400, stream);
    };
    CHECK(of_stream(1) == of_stream(1));
    CHECK_FALSE(of_stream(1) == of_stream(2));
    const Pattern alone = of_stream(3);
    set_threads(4);
    CHECK(of_stream(3) == alone);
    set_threads(1);
    Stream stream = test_stream();
    CHECK(generate(5, 4, 20, stream).is_full());
    CHECK(generate(5, 4, 0, stream).edges() == 0);
    CHECK(generate(0, 4, 0, stream).rows() == 0);
    CHECK(generate(4, 0, 0, stream).cols() == 0);
    CHECK_THROWS_WITH(generate(5, 4, 21, stream), Contains("21 edges do not fit a layer of 5x4"));
}

/// All patterns with these degrees, by trying every subset of the positions.
inline std::size_t count_with_degrees(std::size_t rows, std::size_t cols, const std::vector<std::uint32_t>& fan_ins,
                                      const std::vector<std::uint32_t>& fan_outs) {
    std::size_t found = 0;
    for (std::uint64_t mask = 0; mask < (std::uint64_t{1} << (rows * cols)); ++mask) {
        std::vector<std::uint64_t> flat;
        for (std::uint64_t p = 0; p < rows * cols; ++p) {
            if (((mask >> p) & 1) != 0) flat.push_back(p);
        }
        std::vector<std::uint32_t> in(rows, 0);
        std::vector<std::uint32_t> out(cols, 0);
        for (const std::uint64_t p : flat) {
            ++in[p / cols];
            ++out[p % cols];
        }
        if (in == fan_ins && out == fan_outs) ++found;
    }
    return found;
}

}  // namespace espalier::testing
