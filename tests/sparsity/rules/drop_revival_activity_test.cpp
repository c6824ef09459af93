#include <algorithm>
#include <numeric>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/sparsity/rules/rules.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

/// The lowest scores in order, as flat positions.
std::vector<std::uint64_t> first_to_go(const Pattern& mask, const std::vector<float>& scores, std::size_t count) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
    const auto flat = mask.flat();
    std::vector<std::uint64_t> gone;
    for (std::size_t k = 0; k < count; ++k) gone.push_back(flat[order[k]]);
    return gone;
}

std::vector<float> scores_of(const Pattern& mask, const std::vector<float>& values, const std::vector<double>& activity,
                             double threshold) {
    DropContext context{mask, values, {}, {}, 0.5, {}, test_stream()};
    context.activity = activity;
    context.options.dormant_threshold = threshold;
    std::vector<float> scores(values.size());
    drop_revival_activity().score(context, scores);
    return scores;
}

std::vector<std::uint64_t> whole_numbers(const TensorFile& file, const std::string& name) {
    if (!file.has(name)) return {};
    std::vector<std::uint64_t> numbers;
    for (const double number : file.read(name).to_doubles()) numbers.push_back(static_cast<std::uint64_t>(number));
    return numbers;
}

/// The reference's layer: weights at the mask's positions, and what its slow program dropped, in order.
void check_reference(const TensorFile& file) {
    const std::vector<double> dense = file.read("W").to_doubles();
    const std::vector<double> keep = file.read("mask").to_doubles();
    const std::vector<std::size_t> shape = file.read("W").shape();
    std::vector<std::uint64_t> flat;
    std::vector<float> values;
    for (std::size_t k = 0; k < keep.size(); ++k) {
        if (keep[k] == 0.0) continue;
        flat.push_back(k);
        values.push_back(static_cast<float>(dense[k]));
    }
    const Pattern mask = Pattern::from_flat(shape[0], shape[1], flat);
    const std::vector<double> activity = file.read("activity").to_doubles();
    std::vector<std::uint64_t> expected = whole_numbers(file, "awake");
    const std::vector<std::uint64_t> filled = whole_numbers(file, "filled_by_magnitude");
    expected.insert(expected.end(), filled.begin(), filled.end());
    CHECK(first_to_go(mask, scores_of(mask, values, activity, 0.05), expected.size()) == expected);
}

}  // namespace

TEST_CASE("drop rule revival_activity: dormant neurons lose their most negative weights first", "[sparsity]") {
    const Pattern mask = pattern({{1, 1, 1, 0}, {1, 0, 1, 1}, {1, 1, 0, 0}});
    const std::vector<float> values = {-0.9F, 0.01F, -2.0F, -3.0F, 0.02F, -0.05F, -0.4F, 0.3F};
    const std::vector<float> scores = scores_of(mask, values, {0.0, 0.2, 0.009}, 0.01);
    CHECK(scores == std::vector<float>{-0.9F, 0.01F, -2.0F, 3.0F, 0.02F, 0.05F, -0.4F, 0.3F});
    CHECK(first_to_go(mask, scores, 4) == std::vector<std::uint64_t>{2, 0, 8, 1});
    // A share that is the threshold is not below it, and without activities nobody is dormant.
    CHECK(scores_of(mask, values, {0.01, 0.01, 0.01}, 0.01) == scores_of(mask, values, {}, 0.01));
    CHECK(scores_of(mask, values, {}, 0.01)[2] == 2.0F);
}

TEST_CASE("drop rule revival_activity: the same weights in the same order as a slow program", "[sparsity][reference]") {
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    for (const char* name : {"neuron_revival", "neuron_revival_filled"}) {
        INFO(name);
        check_reference(open_tensor_file(*folder / "more" / (std::string(name) + ".npz")));
    }
}

}  // namespace espalier::sparsity
