#include <algorithm>
#include <cstring>

#include <espalier/kernels/images/pack.hpp>

namespace espalier::kernels {
namespace {

template <class T>
void zero(T* to, std::int64_t units, std::size_t unit) {
    if (units > 0) std::fill_n(to, static_cast<std::size_t>(units) * unit, T(0));
}

/// One row of pixels of one channel; `in` is that row in the first lane block, null where it is padding.
template <class T>
void pack_row(const TileLayout& layout, const T* in, std::int64_t width, std::size_t block_stride, T* to) {
    const std::size_t blocks = layout.unit / lane_unit;
    for (const AxisPlan::Run& run : layout.cols.runs) {
        T* place = to + static_cast<std::size_t>(run.place) * layout.unit;
        if (in == nullptr) {
            zero(place, run.count, layout.unit);
            continue;
        }
        // Elements [begin, end) of the run lie inside the image.
        const std::int64_t begin = std::min(run.count, run.source >= 0 ? 0 : (-run.source + run.step - 1) / run.step);
        const std::int64_t inside = width - 1 - run.source;
        const std::int64_t end = std::max(begin, inside < 0 ? 0 : std::min(run.count, inside / run.step + 1));
        zero(place, begin, layout.unit);
        const T* from = in + (run.source + begin * run.step) * static_cast<std::int64_t>(lane_unit);
        T* at = place + static_cast<std::size_t>(begin) * layout.unit;
        if (blocks == 1 && run.step == 1) {
            std::memcpy(at, from, static_cast<std::size_t>(end - begin) * lane_unit * sizeof(T));
        } else {
            for (std::int64_t k = begin; k < end; ++k, from += run.step * static_cast<std::int64_t>(lane_unit)) {
                for (std::size_t b = 0; b < blocks; ++b, at += lane_unit)
                    std::memcpy(at, from + b * block_stride, lane_unit * sizeof(T));
            }
        }
        zero(place + static_cast<std::size_t>(end) * layout.unit, run.count - end, layout.unit);
    }
}

}  // namespace

template <class T>
void pack_tile(const TileLayout& layout, const Image& image, View<const T> in, std::size_t first_block,
               std::size_t first_channel, std::size_t channels, std::size_t row, T* tile) {
    const std::size_t block_stride = in.features * lane_unit;
    const T* const block = in.data + first_block * block_stride;
    for (std::size_t c = 0; c < channels; ++c) {
        const T* const channel = block + image.place(first_channel + c, 0, 0) * lane_unit;
        T* const to = tile + c * layout.channel_elements;
        for (const AxisPlan::Run& run : layout.rows.runs) {
            const std::int64_t first = run.source + static_cast<std::int64_t>(row) * layout.rows.shift;
            for (std::int64_t k = 0; k < run.count; ++k) {
                const std::int64_t y = first + k * run.step;
                const bool inside = y >= 0 && y < static_cast<std::int64_t>(image.height);
                const T* in_row = inside ? channel + static_cast<std::size_t>(y) * image.row() * lane_unit : nullptr;
                pack_row(layout, in_row, static_cast<std::int64_t>(image.width), block_stride,
                         to + static_cast<std::size_t>(run.place + k) * layout.row_elements);
            }
        }
    }
}

template void pack_tile(const TileLayout&, const Image&, View<const float>, std::size_t, std::size_t, std::size_t,
                        std::size_t, float*);
template void pack_tile(const TileLayout&, const Image&, View<const double>, std::size_t, std::size_t, std::size_t,
                        std::size_t, double*);

}  // namespace espalier::kernels
