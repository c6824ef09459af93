#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include <espalier/base/memory/large_vector.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/files/dense_layer.hpp>
#include <espalier/topology/files/dense_view.hpp>
#include <espalier/topology/files/nonzero_bits.hpp>

namespace espalier::topology {
namespace {

constexpr std::size_t rows_gathered = 64;
constexpr std::size_t most_chunks = 64;
constexpr std::size_t positions_a_value_at_once = 4;  // of an array where that many are kept, values are taken later

/// Sides in the order outputs, inputs, places of a kernel.
std::vector<std::size_t> oriented_sides(std::size_t dimensions, Orientation orientation) {
    std::vector<std::size_t> sides(dimensions);
    std::iota(sides.begin(), sides.end(), std::size_t{0});
    if (orientation == Orientation::in_out) {
        std::rotate(sides.begin(), sides.end() - 2, sides.end());
        std::swap(sides[0], sides[1]);
    } else if (orientation == Orientation::transposed) {
        std::swap(sides[0], sides[1]);
    }
    return sides;
}

/// Some rows of an array with their elements side by side.
struct LoadedRows {
    const std::byte* first = nullptr;
    std::ptrdiff_t step = 0;  ///< bytes from one row to the next
};

/// An array by rows of the layer: where they lie side by side they are looked at in place.
class RowsOfView {
  public:
    RowsOfView(const DenseView& view, const DensePlan& plan, Orientation orientation)
        : view_(view), columns_(plan.columns()) {
        const std::vector<std::size_t> sides = oriented_sides(view.shape.size(), orientation);
        row_step_ = view.strides[sides[0]];
        offsets_ = {0};
        for (std::size_t k = 1; k < sides.size(); ++k) add_side(plan.shape[k], view.strides[sides[k]]);
        const auto width = static_cast<std::ptrdiff_t>(view.type.width);
        is_packed_ = true;
        for (std::size_t k = 0; k < offsets_.size() && is_packed_; ++k) {
            is_packed_ = offsets_[k] == static_cast<std::ptrdiff_t>(k) * width;
        }
    }

    /// @param scratch  memory to gather in
    LoadedRows load(std::size_t begin, std::size_t end, std::vector<std::byte>& scratch) const {
        const std::byte* first = view_.data + static_cast<std::ptrdiff_t>(begin) * row_step_;
        if (is_packed_) return {first, row_step_};
        const std::size_t width = view_.type.width;
        scratch.resize((end - begin) * columns_ * width);
        for (std::size_t col = 0; col < columns_; ++col) {
            const std::byte* from = first + offsets_[col];
            std::byte* to = scratch.data() + col * width;
            for (std::size_t row = begin; row < end; ++row, from += row_step_, to += columns_ * width) {
                std::memcpy(to, from, width);
            }
        }
        return {scratch.data(), static_cast<std::ptrdiff_t>(columns_ * width)};
    }

  private:
    void add_side(std::size_t size, std::ptrdiff_t step) {
        std::vector<std::ptrdiff_t> more;
        more.reserve(offsets_.size() * size);
        for (const std::ptrdiff_t offset : offsets_) {
            for (std::size_t k = 0; k < size; ++k) more.push_back(offset + static_cast<std::ptrdiff_t>(k) * step);
        }
        offsets_ = std::move(more);
    }

    const DenseView& view_;
    std::size_t columns_;
    std::ptrdiff_t row_step_ = 0;
    std::vector<std::ptrdiff_t> offsets_;  // [columns] bytes from a row's beginning
    bool is_packed_ = false;
};

/// Values of the first rows of a chunk, taken while they were looked at.
struct EarlyValues {
    std::vector<float> values;
    std::size_t rows_end = 0;  ///< the first row whose values are not among them
};

using BitsOf = std::uint64_t (*)(const std::byte* at, std::size_t count);

BitsOf bits_of(ElementType type) {
    const bool is_floating = type.kind == ElementKind::floating || type.kind == ElementKind::brain_floating;
    switch (type.width) {
        case 1:
            return nonzero_bits<std::uint8_t, false>;
        case 2:
            return is_floating ? nonzero_bits<std::uint16_t, true> : nonzero_bits<std::uint16_t, false>;
        case 4:
            return is_floating ? nonzero_bits<std::uint32_t, true> : nonzero_bits<std::uint32_t, false>;
        default:
            return is_floating ? nonzero_bits<std::uint64_t, true> : nonzero_bits<std::uint64_t, false>;
    }
}

/// Goes through the rows of a mask, and of the weights that have its form.
class Scan {
  public:
    Scan(const DenseView& mask, const DenseView* weights, const MaskFileOptions& options)
        : plan_(plan_dense(mask.shape, options, mask.where)),
          mask_rows_(mask, plan_, options.orientation),
          bits_of_(bits_of(mask.type)),
          mask_width_(mask.type.width),
          words_a_row_((plan_.columns() + bits_at_once - 1) / bits_at_once),
          bits_(plan_.outputs * words_a_row_) {
        if (weights != nullptr) require_mask_fits(mask.shape, weights->shape, mask.where, weights->where);
        const DenseView& valued = weights != nullptr ? *weights : mask;
        const ElementKind kind = valued.type.kind;
        if (kind == ElementKind::floating || kind == ElementKind::brain_floating) values_ = &valued;
        if (weights != nullptr) weight_rows_.emplace(*weights, plan_, options.orientation);
    }

    const DensePlan& plan() const { return plan_; }
    bool has_values() const { return values_ != nullptr; }

    /// Finds out which elements of these rows are not 0. Where few are, their values are taken at once: later each
    /// would be a line of memory to wait for again.
    /// @param counts  [rows of the layer] gets how many
    EarlyValues look(std::size_t begin, std::size_t end, std::vector<std::uint64_t>& counts) {
        EarlyValues early{{}, begin};
        const bool can_be_early = has_values() && !weight_rows_;
        const std::size_t most = (end - begin) * plan_.columns() / positions_a_value_at_once;
        in_blocks(mask_rows_, begin, end, [&](std::size_t row, const std::byte* elements) {
            std::uint64_t found = 0;
            for (std::size_t word = 0; word < words_a_row_; ++word) {
                const std::size_t count = std::min(bits_at_once, plan_.columns() - word * bits_at_once);
                const std::uint64_t bits = bits_of_(elements + word * bits_at_once * mask_width_, count);
                bits_[row * words_a_row_ + word] = bits;
                found += static_cast<std::uint64_t>(std::popcount(bits));
            }
            counts[row] = found;
            if (!can_be_early || early.rows_end != row || early.values.size() + found > most) return;
            early.values.resize(early.values.size() + found);
            take_row<false>(row, elements, early.values.data() + early.values.size() - found);
            early.rows_end = row + 1;
        });
        return early;
    }

    /// Writes the columns of what was found in these rows.
    /// @param to  where the first of them goes
    void take_indices(std::size_t begin, std::size_t end, std::uint32_t* to) const {
        for (std::size_t row = begin; row < end; ++row) {
            for (std::size_t word = 0; word < words_a_row_; ++word) {
                const auto first = static_cast<std::uint32_t>(word * bits_at_once);
                for (std::uint64_t bits = word_of(row, word); bits != 0; bits &= bits - 1) {
                    *to++ = first + first_of(bits);
                }
            }
        }
    }

    /// Writes the values of what was found in these rows.
    /// @throws FormatError naming one that is not finite
    void take_values(std::size_t begin, std::size_t end, float* to) const {
        const RowsOfView& rows = weight_rows_ ? *weight_rows_ : mask_rows_;
        in_blocks(rows, begin, end,
                  [&](std::size_t row, const std::byte* elements) { to = take_row<true>(row, elements, to); });
    }

  private:
    static constexpr float largest_float = std::numeric_limits<float>::max();
    static constexpr std::size_t words_ahead = 24;
    static constexpr int most_fetched = 16;

    /// Writes the values of what was found in a row.
    /// @tparam is_far  whether it has left the caches since it was looked at
    /// @return  behind the last one written
    template <bool is_far>
    float* take_row(std::size_t row, const std::byte* elements, float* to) const {
        const float* const first = to;
        for (std::size_t word = 0; word < words_a_row_; ++word) {
            if constexpr (is_far) fetch_ahead(row, word + words_ahead, elements, values_->type.width);
            const std::uint64_t bits = word_of(row, word);
            if (bits == 0) continue;
            to = copy_values(bits, group_of(elements, word), to);
        }
        bool is_bad = false;
        for (const float* value = first; value != to; ++value) is_bad |= !(std::abs(*value) <= largest_float);
        if (is_bad) refuse(row, elements);
        return to;
    }

    std::span<const std::byte> group_of(const std::byte* elements, std::size_t word) const {
        const std::size_t bytes = bits_at_once * values_->type.width;
        return {elements + word * bytes, bytes};
    }

    static std::uint32_t first_of(std::uint64_t bits) { return static_cast<std::uint32_t>(std::countr_zero(bits)); }
    std::uint64_t word_of(std::size_t row, std::size_t word) const { return bits_[row * words_a_row_ + word]; }

    /// Calls body(row, its elements side by side) for some rows.
    template <class Body>
    static void in_blocks(const RowsOfView& rows, std::size_t begin, std::size_t end, const Body& body) {
        std::vector<std::byte> scratch;
        for (std::size_t from = begin; from < end; from += rows_gathered) {
            const std::size_t to = std::min(end, from + rows_gathered);
            const LoadedRows loaded = rows.load(from, to, scratch);
            for (std::size_t row = from; row < to; ++row) {
                body(row, loaded.first + static_cast<std::ptrdiff_t>(row - from) * loaded.step);
            }
        }
    }

    /// Of few kept elements each lies in a line of its own, which nobody but us knows beforehand: a miss each would
    /// cost more than looking at all elements did.
    void fetch_ahead(std::size_t row, std::size_t word, const std::byte* elements, std::size_t width) const {
        if (word >= words_a_row_) return;
        std::uint64_t bits = word_of(row, word);
        if (std::popcount(bits) > most_fetched) return;
        const std::byte* group = elements + word * bits_at_once * width;
        for (; bits != 0; bits &= bits - 1) __builtin_prefetch(group + first_of(bits) * width);
    }

    /// @return  behind the last one written
    float* copy_values(std::uint64_t bits, std::span<const std::byte> group, float* to) const {
        const bool is_single = values_->type.kind == ElementKind::floating && values_->type.width == sizeof(float);
        if (is_single && ~bits == 0) {
            std::memcpy(to, group.data(), bits_at_once * sizeof(float));
            return to + bits_at_once;
        }
        if (is_single) {
            for (; bits != 0; bits &= bits - 1) {
                std::memcpy(to++, group.data() + first_of(bits) * sizeof(float), sizeof(float));
            }
            return to;
        }
        for (; bits != 0; bits &= bits - 1) {
            *to++ = static_cast<float>(element_number(values_->type, group, first_of(bits)));
        }
        return to;
    }

    /// Names the first element of a row that is not finite.
    void refuse(std::size_t row, const std::byte* elements) const {
        for (std::size_t word = 0; word < words_a_row_; ++word) {
            for (std::uint64_t bits = word_of(row, word); bits != 0; bits &= bits - 1) {
                const double number = element_number(values_->type, group_of(elements, word), first_of(bits));
                finite_float(number, values_->where, plan_.at(row, word * bits_at_once + first_of(bits)));
            }
        }
    }

    DensePlan plan_;
    RowsOfView mask_rows_;
    std::optional<RowsOfView> weight_rows_;
    const DenseView* values_ = nullptr;
    BitsOf bits_of_;
    std::size_t mask_width_;
    std::size_t words_a_row_;
    std::vector<std::uint64_t> bits_;  // [rows x words a row] which elements are not 0
};

/// Calls work(k, begin, end) for runs of rows, dealt to threads.
template <class Work>
void for_chunks(std::size_t rows, const Work& work) {
    const std::size_t chunks = std::min(rows, most_chunks);
    parallel_for(chunks, [&](std::size_t k) { work(k, rows * k / chunks, rows * (k + 1) / chunks); });
}

}  // namespace

Layer layer_of_view(const DenseView& mask, const DenseView* weights, const std::string& name,
                    const MaskFileOptions& options) {
    Scan scan(mask, weights, options);
    const DensePlan& plan = scan.plan();
    std::vector<std::uint64_t> offsets(plan.outputs + 1, 0);
    std::vector<EarlyValues> early(most_chunks);
    for_chunks(plan.outputs,
               [&](std::size_t k, std::size_t begin, std::size_t end) { early[k] = scan.look(begin, end, offsets); });
    std::exclusive_scan(offsets.begin(), offsets.end(), offsets.begin(), std::uint64_t{0});
    const std::size_t edges = offsets.back();
    Layer layer{name, plan.shape, {}, large_vector<float>(scan.has_values() ? edges : 0)};
    if (scan.has_values()) {
        for_chunks(plan.outputs, [&](std::size_t k, std::size_t begin, std::size_t end) {
            std::ranges::copy(early[k].values, layer.values.begin() + static_cast<std::ptrdiff_t>(offsets[begin]));
            const std::size_t from = early[k].rows_end;
            scan.take_values(from, end, layer.values.data() + offsets[from]);
        });
    }
    if (edges > 0 && edges == plan.outputs * plan.columns()) {
        layer.pattern = Pattern::full(plan.outputs, plan.columns());
        return layer;
    }
    std::vector<std::uint32_t> indices = large_vector<std::uint32_t>(edges);
    for_chunks(plan.outputs, [&](std::size_t /*k*/, std::size_t begin, std::size_t end) {
        scan.take_indices(begin, end, indices.data() + offsets[begin]);
    });
    layer.pattern = Pattern(plan.outputs, plan.columns(), std::move(offsets), std::move(indices));
    return layer;
}

}  // namespace espalier::topology
