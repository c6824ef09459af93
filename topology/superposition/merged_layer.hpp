#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// That a layer keeps a position, and where in its values.
struct Kept {
    std::size_t member;
    std::size_t edge;
};

/// Which layers keep each position of a row, position after position: one merge of sorted rows.
class RowMerge {
  public:
    /// @param members  layers of one shape, which must outlive this
    /// @param row      of all of them
    RowMerge(std::span<const Layer* const> members, std::size_t row) {
        for (std::size_t m = 0; m < members.size(); ++m) {
            const std::span<const std::uint32_t> cols = members[m]->pattern.row(row);
            if (!cols.empty()) heads_.push_back({cols, {m, members[m]->pattern.row_begin(row)}});
        }
        here_.reserve(heads_.size());
    }

    /// Goes to the next position; false behind the last.
    bool advance() {
        here_.clear();
        if (heads_.empty()) return false;
        col_ = std::numeric_limits<std::uint32_t>::max();
        for (const Head& head : heads_) col_ = std::min(col_, head.cols.front());
        bool ends = false;
        for (Head& head : heads_) {
            if (head.cols.front() != col_) continue;
            here_.push_back(head.at);
            head.cols = head.cols.subspan(1);
            ++head.at.edge;
            ends = ends || head.cols.empty();
        }
        if (ends) std::erase_if(heads_, [](const Head& head) { return head.cols.empty(); });
        return true;
    }

    /// The column of the position.
    std::uint32_t col() const { return col_; }
    /// Members that keep the position, in their order; at least one.
    std::span<const Kept> kept() const { return here_; }

  private:
    struct Head {
        std::span<const std::uint32_t> cols;  // what is left of the row
        Kept at;
    };
    std::vector<Head> heads_;
    std::vector<Kept> here_;
    std::uint32_t col_ = 0;
};

/// Some rows of a layer that is being made.
struct MergedRows {
    std::vector<std::uint64_t> lengths;
    std::vector<std::uint32_t> cols;
    std::vector<float> values;
};

/// Rows one after the other into a layer; a pattern that keeps everything is full.
Layer joined_rows(const Layer& like, const std::vector<MergedRows>& parts);

/// One layer out of several of one shape: for each position that any keeps, decide(span of Kept) says its value, or
/// nothing where the position is left out. Named and shaped as the first.
///
/// Cost: O(members x positions kept by any), rows dealt to threads; the bits do not depend on their number.
template <class Decide>
Layer merged_layer(std::span<const Layer* const> members, const Decide& decide) {
    constexpr std::size_t most_parts = 64;
    const std::size_t rows = members.front()->pattern.rows();
    const std::size_t count = std::min(rows, most_parts);
    std::vector<MergedRows> parts(count);
    parallel_for(count, [&](std::size_t k) {
        MergedRows& part = parts[k];
        for (std::size_t row = rows * k / count; row < rows * (k + 1) / count; ++row) {
            const std::size_t before = part.cols.size();
            for (RowMerge merge(members, row); merge.advance();) {
                const std::optional<float> value = decide(merge.kept());
                if (!value) continue;
                part.cols.push_back(merge.col());
                part.values.push_back(*value);
            }
            part.lengths.push_back(part.cols.size() - before);
        }
    });
    return joined_rows(*members.front(), parts);
}

}  // namespace espalier::topology
