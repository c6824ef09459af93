#include <espalier/base/threads/threads.hpp>
#include <espalier/training/state/dense_state.hpp>

#include "support.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("dense state: a running mean, row block by row block, for any number of threads", "[training]") {
    INFO(seed_text());
    constexpr std::size_t rows = 70, cols = 9000;  // several blocks
    Stream stream = test_stream();
    std::vector<std::vector<float>> gradients(3, std::vector<float>(rows * cols));
    for (auto& gradient : gradients) {
        for (float& g : gradient) g = static_cast<float>(stream.below(1000)) - 500.0F;
    }
    std::vector<float> expected(rows * cols, 0.0F);
    for (const auto& gradient : gradients) {
        for (std::size_t k = 0; k < expected.size(); ++k) expected[k] = 0.75F * expected[k] + 0.25F * gradient[k];
    }
    for (const int number : {1, 2, 4}) {
        set_threads(number);
        DenseState state(0.75, 0.25);
        state.add_layer(rows * cols);
        state.add_layer(0);
        for (const auto& gradient : gradients) {
            state.gather(0, rows, cols, [&](std::size_t first, std::size_t count, std::span<float> out) {
                std::copy_n(gradient.begin() + static_cast<std::ptrdiff_t>(first * cols), count * cols, out.begin());
            });
        }
        CHECK(std::ranges::equal(std::as_const(state)[0], expected));
        std::vector<float> two_rows(2 * cols);
        state.rows(0, cols)(5, 2, two_rows);
        CHECK(std::equal(two_rows.begin(), two_rows.end(), expected.begin() + 5 * cols));
        state.clear(0);
        CHECK(std::ranges::count(std::as_const(state)[0], 0.0F) == rows * cols);
    }
    set_threads(1);
}

}  // namespace espalier::training
