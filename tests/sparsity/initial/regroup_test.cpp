#include <algorithm>
#include <set>

#include <espalier/nn/parameters/masked_weight.hpp>
#include <espalier/sparsity/initial/regroup.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

/// Outputs by the flat inputs that they keep: in a mask of blocks a group's outputs have the same.
void check_blocks(const Regrouped& found, const Shape& shape, const RegroupOptions& options) {
    const std::size_t places = positions(shape) / (shape[0] * shape[1]);
    const std::size_t kept_places = options.places == 0 ? places : options.places;
    REQUIRE(found.order.size() == shape[0]);
    CHECK(std::set<std::uint32_t>(found.order.begin(), found.order.end()).size() == shape[0]);
    REQUIRE(found.columns.size() == shape[0] / options.rows);
    for (std::size_t k = 0; k < found.order.size(); ++k) {
        const auto& columns = found.columns[k / options.rows];
        const auto row = found.mask.row(found.order[k]);
        const auto first = found.mask.row(found.order[k / options.rows * options.rows]);
        CHECK(std::ranges::equal(row, first));
        REQUIRE(row.size() == columns.size() * kept_places);
        for (std::size_t n = 0; n < row.size(); ++n) CHECK(row[n] / places == columns[n / kept_places]);
    }
}

}  // namespace

TEST_CASE("regroup: rows that keep the same kernels become blocks, nothing is lost", "[sparsity][regroup]") {
    // Outputs 0 and 3 keep channels 0 and 2, outputs 1 and 2 channels 1 and 3; kernels of two places, whole.
    const Pattern mask = pattern(
        {{1, 1, 0, 0, 1, 1, 0, 0}, {0, 0, 1, 1, 0, 0, 1, 1}, {0, 0, 1, 1, 0, 0, 1, 1}, {1, 1, 0, 0, 1, 1, 0, 0}});
    const Shape shape{4, 4, 1, 2};
    const Regrouped found = regrouped(mask, shape, {.rows = 2});
    CHECK(found.mask == mask);
    CHECK(found.order == std::vector<std::uint32_t>{0, 3, 1, 2});
    CHECK(found.columns == std::vector<std::vector<std::uint32_t>>{{0, 2}, {1, 3}});
    check_blocks(found, shape, {.rows = 2});
}

TEST_CASE("regroup: channels whose blocks hold most weights stay, of equal ones the lower", "[sparsity][regroup]") {
    const Pattern mask = pattern({{1, 0, 1, 0, 1, 0}, {1, 0, 1, 0, 0, 1}});
    const Regrouped found = regrouped(mask, {2, 3, 1, 2}, {.rows = 2});
    CHECK(found.columns == std::vector<std::vector<std::uint32_t>>{{0}});  // 6 weights pay for 1.5 blocks of 4
    CHECK(found.mask == pattern({{1, 1, 0, 0, 0, 0}, {1, 1, 0, 0, 0, 0}}));
    // One place of each kernel: three blocks of 2, of channel 2 the first of equal places.
    const Regrouped one = regrouped(mask, {2, 3, 1, 2}, {.rows = 2, .places = 1});
    CHECK(one.mask == pattern({{1, 0, 1, 0, 1, 0}, {1, 0, 1, 0, 1, 0}}));
}

TEST_CASE("regroup: any mask becomes blocks behind a permutation of its rows, forwards and backwards",
          "[sparsity][regroup]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const Shape& shape : {Shape{16, 10, 3, 3}, Shape{12, 70}, Shape{8, 3, 1, 5}}) {
        for (const RegroupOptions options : {RegroupOptions{4, 0}, RegroupOptions{2, 1}, RegroupOptions{1, 0}}) {
            const std::size_t cols = positions(shape) / shape[0];
            const std::size_t places = cols / shape[1];
            const Pattern mask = random_pattern(shape[0], cols, 0.3, stream);
            const Regrouped found = regrouped(mask, shape, options);
            check_blocks(found, shape, options);
            const std::size_t of_a_kernel = options.places == 0 ? places : options.places;
            const std::size_t unit = shape[0] * of_a_kernel;
            CHECK(found.mask.edges() == std::clamp<std::size_t>(mask.edges() / unit, 1, shape[1]) * unit);
            CHECK(regrouped(mask, shape, options).mask == found.mask);
            // The gradient at the input goes over inputs: what an input meets are whole groups, the same blocks.
            nn::MaskedWeight<float> weight(found.mask);
            const kernels::SparseMatrix<float> back = weight.transposed();
            std::vector<std::size_t> group_of(shape[0]);
            for (std::size_t k = 0; k < found.order.size(); ++k) group_of[found.order[k]] = k / options.rows;
            for (std::size_t input = 0; input < cols; ++input) {
                std::vector<std::size_t> met(shape[0] / options.rows, 0);
                for (std::uint64_t e = back.offsets[input]; e < back.offsets[input + 1]; ++e)
                    ++met[group_of[back.indices[e]]];
                for (std::size_t g = 0; g < met.size(); ++g) {
                    const bool is_listed =
                        std::ranges::binary_search(found.columns[g], static_cast<std::uint32_t>(input / places));
                    CHECK((met[g] == 0 || (met[g] == options.rows && is_listed)));
                    if (options.places == 0) CHECK((met[g] > 0) == is_listed);
                }
            }
        }
    }
}

TEST_CASE("regroup: similar rows keep more of their weights than rows in order", "[sparsity][regroup]") {
    // Two kinds of outputs by turns: in the order of the file no pair is alike.
    std::vector<std::uint64_t> flat;
    for (std::uint64_t k = 0; k < 64; ++k) {
        if ((k / 8 + k) % 2 == 1) flat.push_back(k);
    }
    const Pattern mask = Pattern::from_flat(8, 8, flat);
    const Regrouped found = regrouped(mask, {8, 8}, {.rows = 4});
    CHECK(found.mask == mask);
}

TEST_CASE("regroup: sizes that do not divide", "[sparsity][regroup]") {
    const Pattern mask = Pattern::full(6, 9);
    CHECK_THROWS_WITH(regrouped(mask, {6, 1, 3, 3}, {.rows = 4}), Contains("groups of 4 do not divide its 6 outputs"));
    CHECK_THROWS_WITH(regrouped(mask, {6, 9}, {.rows = 2, .places = 4}), Contains("1 places, fewer than 4"));
}

}  // namespace espalier::sparsity
