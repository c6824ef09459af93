#include <array>
#include <mutex>

#include <espalier/base/ranks/thread_ranks.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/nn/graph/neuron_dealing.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

NetworkSpec linear_chain(const std::vector<std::size_t>& widths) {
    NetworkSpec spec{.inputs = widths.front()};
    for (std::size_t k = 1; k < widths.size(); ++k) {
        spec.add({.name = "fc" + std::to_string(k),
                  .kind = "linear",
                  .outputs = widths[k],
                  .weight = WeightSpec{{widths[k], widths[k - 1]}}});
    }
    return spec;
}

}  // namespace

TEST_CASE("neuron dealing: a layer gives what it has whole where the next one or nobody else needs it so",
          "[nn][ranks]") {
    std::mutex checking;
    run_as_ranks(2, [&](Communicator& ranks) {
        const std::vector<Pattern> masks = {Pattern::empty(8, 6), Pattern::full(8, 8), Pattern::empty(8, 8),
                                            Pattern::empty(4, 8)};
        const NeuronDealing dealing(ranks, linear_chain({6, 8, 8, 8, 4}), masks);
        const std::array<std::array<bool, 3>, 4> expected = {
            {{true, true, true}, {false, true, true}, {true, true, false}, {true, false, true}}};
        const std::lock_guard lock(checking);
        for (std::size_t k = 0; k < expected.size(); ++k) {
            INFO(k);
            const DealtNode& node = dealing.node(k);
            CHECK(std::array{node.is_dealt, node.takes_whole, node.gives_whole} == expected[k]);
        }
    });
}

TEST_CASE("neuron dealing: three ranks, images and branches are refused", "[nn][ranks]") {
    const std::vector<Pattern> masks = {Pattern::empty(8, 6)};
    CHECK_THROWS_WITH(run_as_ranks(3,
                                   [&](Communicator& ranks) {
                                       NeuronDealing(ranks, linear_chain({6, 8}), masks);
                                   }),
                      Catch::Contains("power of two"));
    NetworkSpec dropout = linear_chain({6, 8});
    dropout.add({.name = "drop", .kind = "dropout", .outputs = 8});
    CHECK_THROWS_WITH(run_as_ranks(2, [&](Communicator& ranks) { NeuronDealing(ranks, dropout, masks); }),
                      Catch::Contains("drop (dropout)"));
    CHECK_THROWS_WITH(
        run_as_ranks(2,
                     [&](Communicator& ranks) {
                         NeuronDealing(ranks, linear_chain({6, 8}), std::vector<Pattern>{Pattern::full(8, 6)});
                     }),
        Catch::Contains("no layer stores a mask"));
}

}  // namespace espalier::nn
