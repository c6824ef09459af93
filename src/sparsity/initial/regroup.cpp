#include <algorithm>
#include <bit>
#include <numeric>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/initial/regroup.hpp>

namespace espalier::sparsity {
namespace {

/// Which kernels an output keeps.
using KernelSet = std::vector<std::uint64_t>;

KernelSet kernels_of(const Pattern& mask, std::size_t row, std::size_t inputs, std::size_t places) {
    KernelSet set((inputs + 63) / 64, 0);
    for (const std::uint32_t col : mask.row(row)) set[col / places / 64] |= std::uint64_t{1} << (col / places % 64);
    return set;
}

/// Jaccard index as a fraction; of two empty sets 1.
struct Likeness {
    std::uint64_t common = 1;
    std::uint64_t all = 1;

    bool operator>(const Likeness& other) const { return common * other.all > other.common * all; }
};

Likeness likeness(const KernelSet& a, const KernelSet& b) {
    Likeness found{0, 0};
    for (std::size_t k = 0; k < a.size(); ++k) {
        found.common += static_cast<std::uint64_t>(std::popcount(a[k] & b[k]));
        found.all += static_cast<std::uint64_t>(std::popcount(a[k] | b[k]));
    }
    return found.all == 0 ? Likeness{} : found;
}

/// Outputs, group after group.
std::vector<std::uint32_t> grouped_outputs(const std::vector<KernelSet>& sets, std::size_t rows) {
    std::vector<std::uint32_t> left(sets.size());
    std::iota(left.begin(), left.end(), 0U);
    std::vector<std::uint32_t> order;
    while (!left.empty()) {
        KernelSet group(sets.front().size(), 0);
        for (std::size_t member = 0; member < rows; ++member) {
            std::size_t best = 0;
            Likeness highest{0, 1};
            for (std::size_t k = 0; member > 0 && k < left.size(); ++k) {
                const Likeness found = likeness(sets[left[k]], group);
                if (!(found > highest)) continue;
                highest = found;
                best = k;
            }
            const KernelSet& chosen = sets[left[best]];
            for (std::size_t k = 0; k < group.size(); ++k) group[k] |= chosen[k];
            order.push_back(left[best]);
            left.erase(left.begin() + static_cast<std::ptrdiff_t>(best));
        }
    }
    return order;
}

/// The numbers of the `count` largest, of equal ones the lower, ascending.
std::vector<std::uint32_t> largest_of(std::span<const std::uint32_t> numbers, std::size_t count) {
    std::vector<std::uint32_t> order(numbers.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) { return numbers[a] > numbers[b]; });
    order.resize(count);
    std::ranges::sort(order);
    return order;
}

/// What a group's blocks are: the flat inputs that all of its outputs keep.
struct GroupBlocks {
    std::vector<std::uint32_t> columns;
    std::vector<std::uint32_t> inputs;
};

GroupBlocks blocks_of_group(const Pattern& mask, std::span<const std::uint32_t> outputs, std::size_t places,
                            std::size_t kept_places, std::size_t kept_columns) {
    std::vector<std::uint32_t> weights(mask.cols(), 0);  // at each flat input, of all outputs of the group
    for (const std::uint32_t row : outputs) {
        for (const std::uint32_t col : mask.row(row)) ++weights[col];
    }
    const std::size_t columns = mask.cols() / places;
    const auto of_column = [&](std::size_t column) {
        return std::span<const std::uint32_t>(weights).subspan(column * places, places);
    };
    std::vector<std::uint32_t> held(columns, 0);
    for (std::size_t column = 0; column < columns; ++column) {
        for (const std::uint32_t place : largest_of(of_column(column), kept_places))
            held[column] += of_column(column)[place];
    }
    GroupBlocks found;
    found.columns = largest_of(held, kept_columns);
    for (const std::uint32_t column : found.columns) {
        for (const std::uint32_t place : largest_of(of_column(column), kept_places))
            found.inputs.push_back(static_cast<std::uint32_t>(column * places + place));
    }
    return found;
}

}  // namespace

Regrouped regrouped(const Pattern& mask, const Shape& shape, const RegroupOptions& options) {
    const std::size_t outputs = shape[0];
    const std::size_t inputs = shape[1];
    const std::size_t places = positions(shape) / (outputs * inputs);
    const std::size_t kept_places = options.places == 0 ? places : options.places;
    if (outputs % options.rows != 0) {
        throw ConfigError("groups of " + std::to_string(options.rows) + " do not divide its " +
                          std::to_string(outputs) + " outputs");
    }
    if (kept_places > places) {
        throw ConfigError("its kernels have " + std::to_string(places) + " places, fewer than " +
                          std::to_string(kept_places));
    }
    std::vector<KernelSet> sets;
    for (std::size_t row = 0; row < outputs; ++row) sets.push_back(kernels_of(mask, row, inputs, places));
    Regrouped found;
    found.order = grouped_outputs(sets, options.rows);
    const std::size_t affordable = mask.edges() / (outputs * kept_places);
    const std::size_t columns = std::clamp<std::size_t>(affordable, 1, inputs);
    std::vector<std::size_t> group_of(outputs);
    std::vector<GroupBlocks> groups;
    for (std::size_t first = 0; first < outputs; first += options.rows) {
        const auto members = std::span<const std::uint32_t>(found.order).subspan(first, options.rows);
        for (const std::uint32_t row : members) group_of[row] = groups.size();
        groups.push_back(blocks_of_group(mask, members, places, kept_places, columns));
        found.columns.push_back(groups.back().columns);
    }
    const std::size_t kept_inputs = columns * kept_places;
    found.mask = Pattern::by_rows(
        outputs, mask.cols(), outputs * kept_inputs, [&](std::size_t) { return kept_inputs; },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            std::ranges::copy(groups[group_of[row]].inputs, to.begin());
        });
    return found;
}

}  // namespace espalier::sparsity
