#include <espalier/kernels/tree_sum.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

/// Blocks of random numbers of very different sizes, whose sums depend on the order; some without samples.
template <class T>
struct RandomBlocks {
    std::vector<AlignedVector<T>> numbers;
    std::vector<bool> is_there;

    RandomBlocks(std::size_t blocks, std::size_t count, std::uint64_t one_in, Stream& stream) {
        for (std::size_t b = 0; b < blocks; ++b) {
            numbers.emplace_back();
            for (const double value : random_values(count, stream))
                numbers.back().push_back(static_cast<T>(value * std::pow(10.0, static_cast<double>(stream.below(7)))));
            is_there.push_back(one_in == 0 || stream.below(one_in) > 0);
        }
    }
    std::vector<T*> places() {
        std::vector<T*> found;
        for (std::size_t b = 0; b < numbers.size(); ++b) found.push_back(is_there[b] ? numbers[b].data() : nullptr);
        return found;
    }
};

/// Level by level from the leaves up, in the type of the numbers or in double.
template <class Sum, class T>
std::vector<Sum> slow_sum(const RandomBlocks<T>& blocks) {
    struct Node {
        bool is_there;
        std::vector<Sum> sum;
    };
    std::vector<Node> level;
    for (std::size_t b = 0; b < blocks.numbers.size(); ++b)
        level.push_back({blocks.is_there[b], {blocks.numbers[b].begin(), blocks.numbers[b].end()}});
    while (level.size() > 1) {
        std::vector<Node> above;
        for (std::size_t k = 0; k < level.size(); k += 2) {
            Node node = level[k];
            const Node& right = level[k + 1];
            if (!node.is_there) {
                node = right;
            } else if (right.is_there) {
                for (std::size_t e = 0; e < node.sum.size(); ++e) node.sum[e] = node.sum[e] + right.sum[e];
            }
            above.push_back(node);
        }
        level = above;
    }
    return level[0].sum;
}

}  // namespace

TEST_CASE("tree sum: bit for bit the sum level by level, near that in double, empty blocks left out", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const std::size_t count : {1U, 17U, 1024U, 3001U}) {
        for (const std::size_t blocks : {1U, 2U, 4U, 8U, 32U}) {
            for (const std::uint64_t one_in : {0U, 3U}) {
                RandomBlocks<float> random(blocks, count, one_in, stream);
                random.is_there[stream.below(blocks)] = true;
                const std::vector<float> expected = slow_sum<float>(random);
                const std::vector<double> exact = slow_sum<double>(random);
                std::vector<double> sizes(count, 0.0);
                for (std::size_t b = 0; b < blocks; ++b) {
                    for (std::size_t k = 0; random.is_there[b] && k < count; ++k)
                        sizes[k] += std::abs(static_cast<double>(random.numbers[b][k]));
                }
                std::vector<float> computed(count);
                const auto fill = [&](std::size_t block, std::span<float> to) {
                    if (random.is_there[block]) std::ranges::copy(random.numbers[block], to.begin());
                    return bool(random.is_there[block]);
                };
                CHECK(sum_by_tree(0, blocks, fill, std::span<float>(computed)));
                CHECK(computed == expected);
                AlignedVector<float> sum(count, -1.0F);
                tree_sum<float>(random.places(), count, sum.data());
                CHECK(std::ranges::equal(sum, expected));
                for (std::size_t k = 0; k < count; ++k)
                    CHECK(std::abs(sum[k] - exact[k]) <= 5.0 * 0x1p-24 * sizes[k]);  // as many roundings as levels
            }
        }
    }
}

TEST_CASE("tree sum: halves summed elsewhere and then together have the bits of all at once", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const RandomBlocks<float> random(8, 500, 4, stream);
    RandomBlocks<float> at_once = random;
    at_once.is_there[6] = true;
    RandomBlocks<float> in_parts = at_once;
    std::vector<float> expected(500);
    tree_sum<float>(at_once.places(), 500, expected.data());
    for (const std::size_t workers : {2U, 4U}) {
        RandomBlocks<float> blocks = in_parts;
        const std::vector<float*> places = blocks.places();
        std::vector<float*> roots;
        for (std::size_t w = 0; w < workers; ++w) {
            const auto own = std::span(places).subspan(w * 8 / workers, 8 / workers);
            float* root = nullptr;
            for (float* place : own) root = root == nullptr ? place : root;
            if (root != nullptr) tree_sum<float>(own, 500, root);
            roots.push_back(root);
        }
        std::vector<float> sum(500);
        tree_sum<float>(roots, 500, sum.data());
        CHECK(sum == expected);
    }
}

TEST_CASE("tree sum: without samples anywhere nothing is written", "[kernels]") {
    std::vector<double> out(3, 7.0);
    tree_sum<double>(std::vector<double*>(4, nullptr), 3, out.data());
    const auto empty = [](std::size_t, std::span<double>) { return false; };
    CHECK_FALSE(sum_by_tree(0, 4, empty, std::span<double>(out)));
    CHECK(out == std::vector<double>(3, 7.0));
}

}  // namespace espalier::kernels
