#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <espalier/data/augmentation.hpp>
#include <espalier/data/split.hpp>

/// Parts of images as a change makes them, for gather.cpp: nothing is stored but the part.
namespace espalier::data {

/// Pixels of one row of one channel that lie side by side.
struct PixelRun {
    std::size_t feature = 0;  ///< of the first pixel
    std::size_t channel = 0;
    std::size_t row = 0;
    std::size_t column = 0;
    std::size_t count = 0;
};

/// Where a feature lies. Divisions: once for the same features of many images.
inline PixelRun place_of(const SampleShape& shape, std::size_t feature) {
    return {.feature = feature,
            .channel = feature / (shape.height * shape.width),
            .row = feature / shape.width % shape.height,
            .column = feature % shape.width};
}

/// Calls body(run) for the runs that `count` features from a place on consist of.
template <class Body>
void for_pixel_runs(const SampleShape& shape, PixelRun run, std::size_t count, const Body& body) {
    for (std::size_t left = count; left > 0; left -= run.count) {
        run.count = std::min(shape.width - run.column, left);
        body(run);
        run.feature += run.count;
        run.column = 0;
        if (++run.row < shape.height) continue;
        run.row = 0;
        ++run.channel;
    }
}

/// The place that a place outside of [0, side) shows, mirrored at the first and last.
inline std::ptrdiff_t reflected(std::ptrdiff_t at, std::ptrdiff_t side) {
    if (at < 0) at = -at;
    return at < side ? at : 2 * (side - 1) - at;
}

/// out[k] = last[-k].
template <class Value>
void copy_backwards(const Value* last, std::size_t count, Value* out) {
    for (std::size_t k = 0; k < count; ++k) out[k] = *(last - k);
}

/// Eight at a time: compilers find no way to turn bytes around that the first x86-64 has.
inline void copy_backwards(const std::uint8_t* last, std::size_t count, std::uint8_t* out) {
    std::size_t k = 0;
    for (; k + 8 <= count; k += 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, last - k - 7, 8);
        eight = __builtin_bswap64(eight);
        std::memcpy(out + k, &eight, 8);
    }
    for (; k < count; ++k) out[k] = *(last - k);
}

/// One run: pixel x of the result shows column base + x of `line`, or base - x where the image is flipped.
template <class Value>
void change_run(const Value* line, const ImageChanges& images, const ImageChange& change, const PixelRun& run,
                Value* out) {
    const auto width = static_cast<std::ptrdiff_t>(images.shape.width);
    const auto begin = static_cast<std::ptrdiff_t>(run.column);
    const std::ptrdiff_t end = begin + static_cast<std::ptrdiff_t>(run.count);
    const std::ptrdiff_t base = change.flip ? width - 1 + change.column : change.column;
    const auto source = [&](std::ptrdiff_t x) { return change.flip ? base - x : base + x; };
    // Those that show a pixel of the image itself are [inside, outside).
    const std::ptrdiff_t inside = std::clamp<std::ptrdiff_t>(change.flip ? change.column : -change.column, begin, end);
    const std::ptrdiff_t outside = std::clamp(width + (change.flip ? change.column : -change.column), inside, end);
    const auto border = [&](std::ptrdiff_t x) {
        return images.augmentation.crop_fill == CropFill::zero ? Value(0) : line[reflected(source(x), width)];
    };
    for (std::ptrdiff_t x = begin; x < inside; ++x) out[x - begin] = border(x);
    const auto count = static_cast<std::size_t>(outside - inside);
    if (count > 0 && change.flip) copy_backwards(line + source(inside), count, out + (inside - begin));
    if (count > 0 && !change.flip) std::memcpy(out + (inside - begin), line + source(inside), count * sizeof(Value));
    for (std::ptrdiff_t x = outside; x < end; ++x) out[x - begin] = border(x);
}

/// `count` features of an image from a place on, cropped and flipped as the change says.
template <class Value>
void change_image(const Value* image, const ImageChanges& images, const ImageChange& change, const PixelRun& first,
                  std::size_t count, Value* out) {
    const SampleShape& shape = images.shape;
    const auto height = static_cast<std::ptrdiff_t>(shape.height);
    for_pixel_runs(shape, first, count, [&](const PixelRun& run) {
        Value* to = out + (run.feature - first.feature);
        std::ptrdiff_t row = static_cast<std::ptrdiff_t>(run.row) + change.row;
        const bool is_inside = row >= 0 && row < height;
        if (!is_inside && images.augmentation.crop_fill == CropFill::zero) {
            std::fill_n(to, run.count, Value(0));
            return;
        }
        row = reflected(row, height);
        const std::size_t line = (run.channel * shape.height + static_cast<std::size_t>(row)) * shape.width;
        change_run(image + line, images, change, run, to);
    });
}

/// Calls body(feature, count) for the pixels of `count` features from a place on that the change's square covers.
template <class Body>
void for_cut_pixels(const ImageChanges& images, const ImageChange& change, const PixelRun& first, std::size_t count,
                    const Body& body) {
    const std::size_t side = images.augmentation.cutout;
    const auto range = [&](std::size_t centre, std::size_t limit) {  // half of the side before the centre, as published
        const std::size_t begin = centre - std::min(centre, side / 2);
        return Range{begin, std::min(centre + (side - side / 2), limit)};
    };
    const Range rows = range(change.cut_row, images.shape.height);
    const Range columns = range(change.cut_column, images.shape.width);
    for_pixel_runs(images.shape, first, count, [&](const PixelRun& run) {
        if (run.row < rows.begin || run.row >= rows.end) return;
        const std::size_t begin = std::max(columns.begin, run.column);
        const std::size_t end = std::min(columns.end, run.column + run.count);
        if (begin < end) body(run.feature + (begin - run.column), end - begin);
    });
}

}  // namespace espalier::data
