#include <mutex>

#include <espalier/base/ranks/thread_ranks.hpp>
#include <espalier/nn/parameters/dealt_neurons.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("dealt neurons: every neuron has one rank, and parts make up the whole in order", "[nn][ranks]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern mask = random_pattern(13, 7, 0.4, stream);
    std::vector<float> numbers(mask.edges());
    for (std::size_t k = 0; k < numbers.size(); ++k) numbers[k] = static_cast<float>(k);
    std::mutex checking;
    for (const int count : {1, 2, 4, 8}) {
        run_as_ranks(count, [&](Communicator& ranks) {
            const DealtNeurons dealing(ranks);
            const ElementRange rows = dealing.own(13);
            const Pattern own = rows_of(mask, rows);
            const auto values = std::span<const float>(numbers).subspan(mask.row_begin(rows.begin), own.edges());
            const Pattern on_all = dealing.whole(own, Reach::all);
            const std::vector<float> values_on_all = dealing.whole(values, Reach::all);
            const Pattern on_first = dealing.whole(own, Reach::first);
            const std::vector<float> values_on_first = dealing.whole(values, Reach::first);
            const std::lock_guard lock(checking);
            CHECK((on_all == mask));
            CHECK((values_on_all == numbers));
            std::size_t next = 0;
            for (int rank = 0; rank < count; ++rank) {
                CHECK(dealing.of(rank, 13).begin == next);
                next = dealing.of(rank, 13).end;
            }
            CHECK(next == 13);
            CHECK(on_first.rows() == (ranks.rank() == 0 ? 13U : 0U));
            CHECK(values_on_first.size() == (ranks.rank() == 0 ? mask.edges() : 0U));
        });
    }
}

}  // namespace espalier::nn
