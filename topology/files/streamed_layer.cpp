#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

#include <espalier/topology/files/dense_layer.hpp>
#include <espalier/topology/files/streamed_layer.hpp>

namespace espalier::topology {
namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 18;  // stays in a core's cache between inflating and looking

using Piece = std::span<const std::byte>;

/// An array as lines of the layer, one after the other as the file has them.
struct Lines {
    std::size_t count = 0;
    std::size_t length = 0;    ///< elements of a line
    bool are_outputs = false;  ///< a line is an output's weights, else an input's

    std::size_t elements() const { return count * length; }
};

/// None where the file's order is not that of any lines.
std::optional<Lines> lines_of(const ElementStream& array, const MaskFileOptions& options) {
    const std::vector<std::size_t>& shape = array.shape;
    const bool is_out_in = options.orientation == Orientation::out_in;
    if (shape.size() == 2) {
        const bool is_turned = array.is_fortran_order;
        return Lines{shape[is_turned ? 1 : 0], shape[is_turned ? 0 : 1], is_out_in != is_turned};
    }
    if (shape.empty() || array.is_fortran_order || !is_out_in) return std::nullopt;
    const std::size_t rest = std::accumulate(shape.begin() + 1, shape.end(), std::size_t{1}, std::multiplies<>());
    return Lines{shape[0], rest, true};
}

/// Calls visit(number of the first element, bytes) for one piece after the other, to the end of the array.
template <class Visit>
void for_each_piece(const ElementStream& array, std::size_t elements, const Visit& visit) {
    const std::size_t width = array.type.width;
    const std::size_t most = std::max<std::size_t>(piece_bytes / width, 1);
    std::vector<std::byte> piece(std::min(most, elements) * width);
    for (std::size_t begin = 0; begin < elements; begin += most) {
        const auto bytes = std::span(piece).first(std::min(most, elements - begin) * width);
        array.next(bytes);
        visit(begin, Piece(bytes));
    }
}

bool is_zero(Piece bytes) {
    std::byte any{0};
    for (const std::byte byte : bytes) any |= byte;
    return any == std::byte{0};
}

/// Calls visit(k, number) for the elements of a piece that are not 0, in their order.
template <class Visit>
void for_each_kept(ElementType type, Piece piece, const Visit& visit) {
    constexpr std::size_t most = 256;  // elements that are passed over together
    const std::size_t elements = piece.size() / type.width;
    for (std::size_t begin = 0; begin < elements; begin += most) {
        const std::size_t end = std::min(begin + most, elements);
        if (is_zero(piece.subspan(begin * type.width, (end - begin) * type.width))) continue;
        for (std::size_t k = begin; k < end; ++k) {
            const double number = element_number(type, piece, k);
            if (number != 0) visit(k, number);
        }
    }
}

/// Kept weights by the file's lines.
struct KeptLines {
    Pattern pattern;  ///< [lines x what a line counts]
    std::vector<float> values;
};

/// Element `at` of the file, counted as the array's own index in C order: what errors name.
std::size_t place_in_c_order(const ElementStream& array, const Lines& lines, std::size_t at) {
    return array.is_fortran_order ? at % lines.length * lines.count + at / lines.length : at;
}

/// Lines and places of a line that count, without a dropped input.
std::pair<std::size_t, std::size_t> counted(const DensePlan& plan, const Lines& lines) {
    return lines.are_outputs ? std::pair(plan.outputs, plan.columns()) : std::pair(plan.columns(), plan.outputs);
}

KeptLines kept_lines(const ElementStream& array, const Lines& lines, const DensePlan& plan, bool with_values) {
    const auto [count, length] = counted(plan, lines);
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> indices;
    KeptLines kept;
    for_each_piece(array, lines.elements(), [&, count = count, length = length](std::size_t begin, Piece piece) {
        for_each_kept(array.type, piece, [&](std::size_t k, double number) {
            const std::size_t line = (begin + k) / lines.length;
            const std::size_t place = (begin + k) % lines.length;
            if (line >= count || place >= length) return;
            offsets.resize(line + 1, indices.size());
            indices.push_back(static_cast<std::uint32_t>(place));
            if (with_values) {
                kept.values.push_back(finite_float(number, array.where, place_in_c_order(array, lines, begin + k)));
            }
        });
    });
    offsets.resize(count + 1, indices.size());
    kept.pattern = Pattern(count, length, std::move(offsets), std::move(indices));
    return kept;
}

/// Values in the order of a pattern, from those in the order of the same pattern transposed.
std::vector<float> turned(const std::vector<float>& values, const Pattern& transposed, const Pattern& pattern) {
    std::vector<std::size_t> next(pattern.rows());
    for (std::size_t row = 0; row < next.size(); ++row) next[row] = pattern.row_begin(row);
    std::vector<float> result(values.size());
    std::size_t at = 0;
    for (std::size_t line = 0; line < transposed.rows(); ++line) {
        for (const std::uint32_t row : transposed.row(line)) result[next[row]++] = values[at++];
    }
    return result;
}

/// The values of an array where a pattern keeps them, in the pattern's order, zeros too.
std::vector<float> values_at(const Pattern& pattern, const ElementStream& array, const Lines& lines) {
    const Pattern turned_pattern = lines.are_outputs ? Pattern() : pattern.transposed();
    const Pattern& by_lines = lines.are_outputs ? pattern : turned_pattern;
    std::vector<float> values;
    values.reserve(by_lines.edges());
    std::size_t line = 0;
    std::size_t place = 0;  // of the next edge among those of its line
    for_each_piece(array, lines.elements(), [&](std::size_t begin, Piece piece) {
        const std::size_t end = begin + piece.size() / array.type.width;
        for (; line < by_lines.rows(); ++line, place = 0) {
            const auto edges = by_lines.row(line);
            for (; place < edges.size(); ++place) {
                const std::size_t at = line * lines.length + edges[place];
                if (at >= end) return;
                values.push_back(finite_float(element_number(array.type, piece, at - begin), array.where,
                                              place_in_c_order(array, lines, at)));
            }
        }
    });
    return lines.are_outputs ? values : turned(values, by_lines, pattern);
}

void require_fitting(const ElementStream& mask, const ElementStream& weight) {
    require_numbers(mask.type, mask.where);
    require_numbers(weight.type, weight.where);
    require_mask_fits(mask.shape, weight.shape, mask.where, weight.where);
}

bool is_floating(ElementType type) {
    return type.kind == ElementKind::floating || type.kind == ElementKind::brain_floating;
}

/// The same pattern, without indices where it keeps everything.
Pattern simplest(Pattern pattern) {
    const bool is_full = pattern.edges() > 0 && pattern.edges() == pattern.positions();
    return is_full ? Pattern::full(pattern.rows(), pattern.cols()) : std::move(pattern);
}

}  // namespace

std::optional<Layer> streamed_layer(const TensorFile& file, const NamedArrays& arrays, const MaskFileOptions& options) {
    const bool has_weight = !arrays.weight.empty();
    const auto is_packed = [&](const std::string& name) { return file.has(name) && file.find(name)->is_packed; };
    if (!is_packed(arrays.mask) && !(has_weight && is_packed(arrays.weight))) return std::nullopt;
    const std::optional<ElementStream> mask = file.stream(arrays.mask);
    const std::optional<ElementStream> weight = has_weight ? file.stream(arrays.weight) : std::nullopt;
    if (!mask || (has_weight && !weight)) return std::nullopt;
    const auto lines = lines_of(*mask, options);
    const auto weight_lines = has_weight ? lines_of(*weight, options) : lines;
    if (!lines || !weight_lines) return std::nullopt;
    require_numbers(mask->type, mask->where);
    if (weight) require_fitting(*mask, *weight);

    const DensePlan plan = plan_dense(mask->shape, options, mask->where);
    const bool mask_is_weight = !weight && is_floating(mask->type);
    KeptLines kept = kept_lines(*mask, *lines, plan, mask_is_weight);
    Layer layer{arrays.name, plan.shape, {}, std::move(kept.values)};
    if (lines->are_outputs) {
        layer.pattern = std::move(kept.pattern);
    } else {
        layer.pattern = kept.pattern.transposed();
        if (mask_is_weight) layer.values = turned(layer.values, kept.pattern, layer.pattern);
    }
    if (weight && is_floating(weight->type)) layer.values = values_at(layer.pattern, *weight, *weight_lines);
    layer.pattern = simplest(std::move(layer.pattern));
    return layer;
}

bool holds_only_0_and_1(const ElementStream& array) {
    require_numbers(array.type, array.where);
    const std::size_t elements =
        std::accumulate(array.shape.begin(), array.shape.end(), std::size_t{1}, std::multiplies<>());
    bool others = false;
    for_each_piece(array, elements, [&](std::size_t, Piece piece) {
        for_each_kept(array.type, piece, [&](std::size_t, double number) { others = others || number != 1; });
    });
    return !others;
}

}  // namespace espalier::topology
