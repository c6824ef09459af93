#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/files/dense_layer.hpp>
#include <espalier/topology/files/dense_view.hpp>
#include <espalier/topology/files/nonzero_bits.hpp>

namespace espalier::topology {
namespace {

constexpr std::size_t rows_gathered = 64;
constexpr std::size_t most_chunks = 64;

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

/// Numbers that are appended to, without being set to 0 first.
template <class Number>
class Appended {
  public:
    /// Where `count` more may be written; add() says how many were.
    Number* room_for(std::size_t count) {
        if (size_ + count > capacity_) grow(size_ + count);
        return numbers_.get() + size_;
    }
    void add(std::size_t count) { size_ += count; }
    std::span<const Number> all() const { return {numbers_.get(), size_}; }

  private:
    void grow(std::size_t needed) {
        capacity_ = std::max({needed, 2 * capacity_, std::size_t{4096}});
        std::unique_ptr<Number[]> larger(new Number[capacity_]);
        std::copy_n(numbers_.get(), size_, larger.get());
        numbers_ = std::move(larger);
    }

    std::unique_ptr<Number[]> numbers_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// What was found in some neighbouring rows.
struct Chunk {
    std::vector<std::uint32_t> counts;  ///< of each row
    Appended<std::uint32_t> indices;    ///< none while `is_full`
    Appended<float> values;
    bool is_full = true;
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
          mask_width_(mask.type.width) {
        if (weights != nullptr) require_mask_fits(mask.shape, weights->shape, mask.where, weights->where);
        const DenseView& valued = weights != nullptr ? *weights : mask;
        const ElementKind kind = valued.type.kind;
        if (kind != ElementKind::floating && kind != ElementKind::brain_floating) return;
        values_ = &valued;
        if (weights != nullptr) weight_rows_.emplace(*weights, plan_, options.orientation);
    }

    const DensePlan& plan() const { return plan_; }
    bool has_values() const { return values_ != nullptr; }

    Chunk operator()(std::size_t begin, std::size_t end) const {
        Chunk chunk;
        chunk.counts.reserve(end - begin);
        std::vector<std::byte> mask_scratch;
        std::vector<std::byte> weight_scratch;
        for (std::size_t from = begin; from < end; from += rows_gathered) {
            const std::size_t to = std::min(end, from + rows_gathered);
            const LoadedRows mask = mask_rows_.load(from, to, mask_scratch);
            const LoadedRows weights = weight_rows_ ? weight_rows_->load(from, to, weight_scratch) : mask;
            for (std::size_t row = from; row < to; ++row) {
                const auto k = static_cast<std::ptrdiff_t>(row - from);
                scan_row(chunk, row, mask.first + k * mask.step, weights.first + k * weights.step);
            }
        }
        return chunk;
    }

  private:
    void scan_row(Chunk& chunk, std::size_t row, const std::byte* mask, const std::byte* weights) const {
        const std::size_t columns = plan_.columns();
        std::size_t found = 0;
        for (std::size_t begin = 0; begin < columns; begin += bits_at_once) {
            const std::size_t count = std::min(bits_at_once, columns - begin);
            const std::uint64_t bits = bits_of_(mask + begin * mask_width_, count);
            const auto kept = static_cast<std::size_t>(std::popcount(bits));
            if (chunk.is_full && kept < count) spell_out(chunk, begin);
            if (kept == 0) continue;
            if (!chunk.is_full) take_indices(chunk, begin, bits, kept);
            if (values_ != nullptr) take_values(chunk, row, begin, bits, kept, weights);
            found += kept;
        }
        chunk.counts.push_back(static_cast<std::uint32_t>(found));
    }

    /// Writes the indices of what was full so far: all rows of the chunk, and `here` columns of this one.
    void spell_out(Chunk& chunk, std::size_t here) const {
        chunk.is_full = false;
        for (std::size_t row = 0; row <= chunk.counts.size(); ++row) {
            const std::size_t count = row < chunk.counts.size() ? plan_.columns() : here;
            std::uint32_t* to = chunk.indices.room_for(count);
            std::iota(to, to + count, std::uint32_t{0});
            chunk.indices.add(count);
        }
    }

    static void take_indices(Chunk& chunk, std::size_t begin, std::uint64_t bits, std::size_t kept) {
        std::uint32_t* to = chunk.indices.room_for(kept);
        for (; bits != 0; bits &= bits - 1) *to++ = static_cast<std::uint32_t>(begin) + first_of(bits);
        chunk.indices.add(kept);
    }

    static std::uint32_t first_of(std::uint64_t bits) { return static_cast<std::uint32_t>(std::countr_zero(bits)); }

    void take_values(Chunk& chunk, std::size_t row, std::size_t begin, std::uint64_t bits, std::size_t kept,
                     const std::byte* weights) const {
        float* to = chunk.values.room_for(kept);
        const std::span<const std::byte> group(weights + begin * values_->type.width, bits_at_once * 8);
        const bool is_single = values_->type.kind == ElementKind::floating && values_->type.width == 4;
        if (is_single && kept == bits_at_once) {
            std::memcpy(to, group.data(), bits_at_once * sizeof(float));
        } else {
            float* next = to;
            for (std::uint64_t left = bits; left != 0; left &= left - 1) *next++ = value_at(group, first_of(left));
        }
        bool is_bad = false;
        for (std::size_t k = 0; k < kept; ++k) is_bad |= !(std::abs(to[k]) <= std::numeric_limits<float>::max());
        if (is_bad) refuse(row, begin, bits, group);
        chunk.values.add(kept);
    }

    float value_at(std::span<const std::byte> group, std::size_t k) const {
        if (values_->type.kind != ElementKind::floating || values_->type.width != sizeof(float)) {
            return static_cast<float>(element_number(values_->type, group, k));
        }
        float value = 0;
        std::memcpy(&value, group.data() + k * sizeof value, sizeof value);
        return value;
    }

    /// @throws FormatError naming the first of these elements that is not finite
    void refuse(std::size_t row, std::size_t begin, std::uint64_t bits, std::span<const std::byte> group) const {
        for (; bits != 0; bits &= bits - 1) {
            const double number = element_number(values_->type, group, first_of(bits));
            finite_float(number, values_->where, plan_.at(row, begin + first_of(bits)));
        }
    }

    DensePlan plan_;
    RowsOfView mask_rows_;
    std::optional<RowsOfView> weight_rows_;
    const DenseView* values_ = nullptr;
    BitsOf bits_of_;
    std::size_t mask_width_;
};

/// One array out of those of all chunks, which are given back.
template <class Number>
std::vector<Number> joined(std::vector<Chunk>& chunks, Appended<Number> Chunk::*part) {
    std::vector<std::size_t> starts = {0};
    for (const Chunk& chunk : chunks) starts.push_back(starts.back() + (chunk.*part).all().size());
    std::vector<Number> all(starts.back());
    parallel_for(chunks.size(), [&](std::size_t k) {
        const std::span<const Number> from = (chunks[k].*part).all();
        std::copy(from.begin(), from.end(), all.begin() + static_cast<std::ptrdiff_t>(starts[k]));
        chunks[k].*part = {};
    });
    return all;
}

/// Chunks that are full beside others that are not get their indices, too.
void spell_out_full(std::vector<Chunk>& chunks, std::size_t columns) {
    for (Chunk& chunk : chunks) {
        if (!chunk.is_full) continue;
        for (std::size_t row = 0; row < chunk.counts.size(); ++row) {
            std::uint32_t* to = chunk.indices.room_for(columns);
            std::iota(to, to + columns, std::uint32_t{0});
            chunk.indices.add(columns);
        }
    }
}

Pattern pattern_of(std::vector<Chunk>& chunks, const DensePlan& plan) {
    const bool is_full =
        plan.outputs > 0 && plan.columns() > 0 && std::ranges::all_of(chunks, [](const Chunk& c) { return c.is_full; });
    if (is_full) return Pattern::full(plan.outputs, plan.columns());
    spell_out_full(chunks, plan.columns());
    std::vector<std::uint64_t> offsets = {0};
    offsets.reserve(plan.outputs + 1);
    for (const Chunk& chunk : chunks) {
        for (const std::uint32_t count : chunk.counts) offsets.push_back(offsets.back() + count);
    }
    return {plan.outputs, plan.columns(), std::move(offsets), joined(chunks, &Chunk::indices)};
}

}  // namespace

Layer layer_of_view(const DenseView& mask, const DenseView* weights, const std::string& name,
                    const MaskFileOptions& options) {
    const Scan scan(mask, weights, options);
    const std::size_t rows = scan.plan().outputs;
    const std::size_t count = std::min(rows, most_chunks);
    std::vector<Chunk> chunks(count);
    parallel_for(count, [&](std::size_t k) { chunks[k] = scan(rows * k / count, rows * (k + 1) / count); });
    Pattern pattern = pattern_of(chunks, scan.plan());
    return {name, scan.plan().shape, std::move(pattern),
            scan.has_values() ? joined(chunks, &Chunk::values) : std::vector<float>()};
}

}  // namespace espalier::topology
