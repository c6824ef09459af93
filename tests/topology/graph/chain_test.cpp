#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/chain.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

Layer sized(const std::string& name, const std::vector<std::size_t>& shape) {
    std::size_t inputs = 1;
    for (std::size_t k = 1; k < shape.size(); ++k) inputs *= shape[k];
    return {name, shape, Pattern::empty(shape[0], inputs), {}};
}

using Blocks = std::vector<std::size_t>;

}  // namespace

TEST_CASE("chain: each neuron before a linear layer is one input of it", "[topology][chain]") {
    CHECK(require_chain({"mlp", {sized("fc1", {4, 9}), sized("fc2", {3, 4}), sized("fc3", {2, 3})}}) ==
          Blocks{1, 1, 1});
    CHECK(require_chain({"none", {}}).empty());
    CHECK(require_chain({"one", {sized("fc", {2, 5})}}) == Blocks{1});
}

TEST_CASE("chain: a channel is the places of its kernel, then the pixels of its map", "[topology][chain]") {
    CHECK(require_chain({"net",
                         {sized("conv1", {6, 3, 5, 5}), sized("conv2", {8, 6, 3, 2}), sized("fc", {10, 8 * 49}),
                          sized("out", {2, 10})}}) == Blocks{25, 6, 49, 1});
}

TEST_CASE("chain: layers without neurons follow each other only as such", "[topology][chain]") {
    CHECK(require_chain({"net", {sized("a", {0, 4}), sized("b", {3, 0})}}) == Blocks{1, 1});
    CHECK_THROWS_AS(require_chain({"net", {sized("a", {0, 4}), sized("b", {3, 2})}}), FormatError);
    CHECK_THROWS_AS(require_chain({"net", {sized("a", {2, 4}), sized("b", {3, 0})}}), FormatError);
}

TEST_CASE("chain: widths that do not chain are named with both layers", "[topology][chain]") {
    CHECK_THROWS_WITH(require_chain({"net", {sized("fc1", {4, 9}), sized("fc2", {3, 6})}}),
                      Contains("net") && Contains("'fc1' has 4 outputs") && Contains("'fc2' after it 6 inputs") &&
                          Contains("--layers"));
    CHECK_THROWS_AS(require_chain({"net", {sized("fc1", {4, 9}), sized("fc2", {3, 2})}}), FormatError);
    CHECK_THROWS_WITH(require_chain({"net", {sized("c1", {4, 3, 3, 3}), sized("c2", {3, 8, 3, 3})}}),
                      Contains("'c1' has 4 outputs") && Contains("'c2' after it 8 input channels"));
}

TEST_CASE("chain: what follows what is known by the shapes alone", "[topology][chain]") {
    CHECK(block_after(4, {3, 4}) == 1);
    CHECK(block_after(8, {10, 8 * 49}) == 49);
    CHECK(block_after(5, {3, 4}) == 0);
    CHECK(block_after(6, {8, 6, 3, 2}) == 6);
    CHECK(block_after(3, {8, 6, 3, 2}) == 0);
    CHECK(block_after(0, {3, 0}) == 1);
}

}  // namespace espalier::topology
