#include <espalier/topology/files/layer_order.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

namespace {
using Positions = std::vector<std::size_t>;

LayerOutline outline(const std::string& name, const std::vector<std::size_t>& shape, const std::string& type = "F32") {
    return {name, type, shape};
}
}  // namespace

TEST_CASE("layer order: of two orders that chain the file's is taken and said", "[topology][layer_order]") {
    const LayerOrder order = choose_order({outline("encoder.0", {20, 32}), outline("encoder.2", {8, 20}),
                                           outline("decoder.0", {20, 8}), outline("decoder.2", {32, 20})});
    CHECK(order.positions == Positions{0, 1, 2, 3});
    CHECK_THAT(order.remark, Contains("encoder.0, encoder.2, decoder.0, decoder.2") && Contains("would chain, too") &&
                                 Contains("--layers"));
}

TEST_CASE("layer order: where only the file's order chains it is taken, where only that of the names this",
          "[topology][layer_order]") {
    const LayerOrder file = choose_order({outline("inp", {5, 9}), outline("hidden", {4, 5}), outline("final", {2, 4})});
    CHECK(file.positions == Positions{0, 1, 2});
    CHECK_THAT(file.remark, Contains("would not chain"));
    const LayerOrder names = choose_order({outline("b", {2, 4}), outline("a", {4, 9})});
    CHECK(names.positions == Positions{1, 0});
    CHECK(names.remark.empty());
    const LayerOrder neither = choose_order({outline("b", {2, 7}), outline("a", {4, 9})});
    CHECK(neither.positions == Positions{1, 0});
    CHECK(neither.remark.empty());
}

TEST_CASE("layer order: a file whose writer sorted the names says nothing of the network", "[topology][layer_order]") {
    const LayerOrder lexical = choose_order({outline("fc1", {4, 4}), outline("fc10", {4, 4}), outline("fc2", {4, 4})});
    CHECK(lexical.positions == Positions{0, 2, 1});
    CHECK(lexical.remark.empty());
    const LayerOrder by_type = choose_order({outline("fc10", {4, 4}), outline("fc2", {4, 4}, "BF16")});
    CHECK(by_type.positions == Positions{1, 0});
    const LayerOrder only_so = choose_order({outline("fc1", {4, 4}), outline("fc10", {3, 4}), outline("fc2", {2, 3})});
    CHECK(only_so.positions == Positions{0, 1, 2});
    CHECK_FALSE(only_so.remark.empty());
}

TEST_CASE("layer order: two parts that chain either way round are named where only names order them",
          "[topology][layer_order]") {
    const LayerOrder order = choose_order({outline("decoder.0", {20, 8}), outline("decoder.2", {32, 20}),
                                           outline("encoder.0", {20, 32}), outline("encoder.2", {8, 20})});
    CHECK(order.positions == Positions{0, 1, 2, 3});
    CHECK_THAT(order.remark, Contains("'decoder' before 'encoder'") && Contains("--layers 'encoder*,decoder*'"));
    CHECK(choose_order({outline("fc1", {4, 4}), outline("fc2", {4, 4})}).remark.empty());
    CHECK(choose_order({outline("a", {4, 4}), outline("b", {4, 4}), outline("c", {4, 4})}).remark.empty());
    CHECK(choose_order({outline("body", {4, 9}), outline("head", {2, 4})}).remark.empty());
    CHECK_FALSE(choose_order({outline("body", {4, 4}), outline("head", {4, 4})}).remark.empty());
}

TEST_CASE("layer order: convolutions chain by channels, a linear layer takes their maps", "[topology][layer_order]") {
    const LayerOrder order =
        choose_order({outline("stem", {6, 3, 5, 5}), outline("body", {8, 6, 3, 3}), outline("head", {10, 8 * 49})});
    CHECK(order.positions == Positions{0, 1, 2});
    CHECK(choose_order({outline("b", {2, 4}), outline("a", {})}).positions == Positions{1, 0});
    CHECK(choose_order({}).positions.empty());
    CHECK(choose_order({outline("001_b", {2, 4}), outline("000_a", {3, 2})}).positions == Positions{1, 0});
}

}  // namespace espalier::topology
