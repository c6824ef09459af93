#include <espalier/base/text/error.hpp>
#include <espalier/nn/execution/execution.hpp>

#include "support.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

/// forward above 0.3, input gradient above 0.5 where it reads 64 features, 0.1 where 1024; weight gradient never.
const Crossovers table("avx512", {{64, 1024}, {16}},
                       {std::vector<double>{0.3, 0.3}, std::vector<double>{0.5, 0.1}, std::vector<double>{1.0, 1.0}});

Pattern kept(std::size_t rows, std::size_t cols, std::size_t edges) {
    std::vector<std::uint64_t> flat;
    for (std::uint64_t k = 0; k < edges; ++k) flat.push_back(k);
    return Pattern::from_flat(rows, cols, flat);
}

}  // namespace

TEST_CASE("execution: auto goes by density and product", "[nn][execution]") {
    const Execution automatic(ExecutionWay::automatic, table);
    CHECK_FALSE(automatic.is_dense(Product::forward, kept(10, 10, 30), 16));
    CHECK(automatic.is_dense(Product::forward, kept(10, 10, 31), 16));
    CHECK_FALSE(automatic.is_dense(Product::gradients, kept(10, 10, 50), 16));
    CHECK(automatic.is_dense(Product::gradients, kept(10, 10, 51), 16));
    CHECK_FALSE(automatic.is_dense(Product::weight_gradient, kept(10, 10, 100), 16));
    CHECK_FALSE(automatic.is_dense(Product::forward, kept(10, 10, 0), 16));
}

TEST_CASE("execution: the features a product reads are what counts", "[nn][execution]") {
    const Execution automatic(ExecutionWay::automatic, table);
    CHECK(automatic.is_dense(Product::gradients, kept(1024, 64, 20000), 16));
    CHECK_FALSE(automatic.is_dense(Product::gradients, kept(64, 1024, 20000), 16));
}

TEST_CASE("execution: more weights never turn dense into sparse", "[nn][execution]") {
    const Execution automatic(ExecutionWay::automatic, table);
    for (const Product product : all_products) {
        bool before = false;
        for (std::size_t edges = 0; edges <= 100; ++edges) {
            const bool now = automatic.is_dense(product, kept(10, 10, edges), 16);
            CHECK(now >= before);
            before = now;
        }
    }
}

TEST_CASE("execution: sparse, dense, and what full patterns do", "[nn][execution]") {
    for (const Product product : all_products) {
        CHECK_FALSE(Execution().is_dense(product, kept(10, 10, 99), 16));
        CHECK_FALSE(Execution(ExecutionWay::sparse).is_dense(product, kept(10, 10, 99), 16));
        CHECK(Execution(ExecutionWay::dense).is_dense(product, kept(10, 10, 1), 16));
        for (const Execution& each : {Execution(ExecutionWay::sparse), Execution(ExecutionWay::dense),
                                      Execution(ExecutionWay::automatic, table)}) {
            CHECK(each.is_dense(product, Pattern::full(10, 10), 16));
        }
    }
}

TEST_CASE("execution: unknown names, and auto without a table", "[nn][execution]") {
    CHECK_THROWS_WITH(choice(executions(), "fast", "execution"),
                      Contains("execution 'fast' is not known; known: auto, sparse, dense"));
    CHECK_THROWS_WITH(Execution(ExecutionWay::automatic), Contains("needs a table"));
}

}  // namespace espalier::nn
