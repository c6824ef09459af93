#include <algorithm>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/data/changed_image.hpp>
#include <espalier/data/gather.hpp>
#include <espalier/kernels/transpose.hpp>

namespace espalier::data {
namespace {

constexpr std::size_t tile_features = 64;  // of bytes: one cache line of each sample
constexpr std::size_t tile_lanes = 128;
constexpr std::size_t worth_threads = std::size_t{1} << 18;  // values; below it waking threads costs more

/// [features x lanes] values as they are stored, transposed.
template <class Value>
struct Tile {
    alignas(alignment_bytes) Value values[tile_features * tile_lanes];
    Value* row(std::size_t feature) { return values + feature * tile_lanes; }
};

/// A part of the samples and of the features.
template <class Value>
struct Piece {
    const Value* values;
    std::size_t features;  // of an example
    std::span<const std::uint32_t> samples;
    const ImageChanges* changes;  // null: none
    std::size_t first_lane;       // of the batch
    std::size_t first;            // feature
    std::size_t count;            // of features

    const Value* sample(std::size_t lane) const { return values + samples[lane] * features; }
    const ImageChange& change(std::size_t lane) const { return changes->of[first_lane + lane]; }
    PixelRun first_place() const { return changes == nullptr ? PixelRun{} : place_of(changes->shape, first); }
};

/// Features of a block of samples, changed.
template <class Value>
struct ChangedBlock {
    Value values[kernels::block_side * tile_features];
    Value* sample(std::size_t k) { return values + k * tile_features; }
};

/// One by one: features [begin, count) of `lanes` samples.
template <class Value>
void transpose_rest(const Value* const* rows, std::size_t lanes, std::size_t begin, std::size_t count,
                    Tile<Value>& tile, std::size_t lane) {
    for (std::size_t k = 0; k < lanes; ++k) {
        for (std::size_t f = begin; f < count; ++f) tile.row(f)[lane + k] = rows[k][f];
    }
}

void transpose_block(const float* const* rows, std::size_t lanes, std::size_t count, Tile<float>& tile,
                     std::size_t lane) {
    transpose_rest(rows, lanes, 0, count, tile, lane);
}

void transpose_block(const std::uint8_t* const* rows, std::size_t lanes, std::size_t count, Tile<std::uint8_t>& tile,
                     std::size_t lane) {
    const std::size_t in_blocks = count / kernels::block_side * kernels::block_side;
    for (std::size_t f = 0; f < in_blocks; f += kernels::block_side) {
        const std::uint8_t* at[kernels::block_side];
        for (std::size_t k = 0; k < kernels::block_side; ++k) at[k] = rows[k] + f;
        kernels::transpose_16x16(at, tile.row(f) + lane, tile_lanes);
    }
    transpose_rest(rows, lanes, in_blocks, count, tile, lane);
}

template <class Value>
void transpose(const Piece<Value>& piece, Tile<Value>& tile) {
    ChangedBlock<Value> changed;  // left as it is: what is read of it was written before
    const PixelRun first = piece.first_place();
    for (std::size_t lane = 0; lane < piece.samples.size(); lane += kernels::block_side) {
        const std::size_t lanes = std::min(kernels::block_side, piece.samples.size() - lane);
        const Value* rows[kernels::block_side];
        for (std::size_t k = 0; k < kernels::block_side; ++k) {
            const std::size_t at = std::min(k, lanes - 1);  // past the end: any values will do
            rows[k] = piece.changes == nullptr ? piece.sample(lane + at) + piece.first : changed.sample(at);
            if (piece.changes == nullptr || k >= lanes) continue;
            change_image(piece.sample(lane + k), *piece.changes, piece.change(lane + k), first, piece.count,
                         changed.sample(k));
        }
        transpose_block(rows, lanes, piece.count, tile, lane);
    }
}

template <class Value, class T>
void standardise_row(const Value* values, std::size_t count, T scale, T shift, T* inputs) {
    for (std::size_t lane = 0; lane < count; ++lane) inputs[lane] = static_cast<T>(values[lane]) * scale + shift;
}

/// Where a batch lies: feature by feature, or in blocks of 16 lanes one after the other.
template <class T>
struct Places {
    kernels::View<T> view;
    bool in_blocks;

    explicit Places(kernels::View<T> inputs)
        : view(inputs), in_blocks(inputs.stride != kernels::padded_lanes(inputs.lanes)) {}

    std::size_t together() const { return in_blocks ? kernels::lane_padding : tile_lanes; }  // lanes side by side
    T* at(std::size_t feature, std::size_t lane) const {
        if (!in_blocks) return view.row(feature) + lane;
        const std::size_t block = lane / kernels::lane_padding;
        return view.data + (block * view.features + feature) * kernels::lane_padding + lane % kernels::lane_padding;
    }
};

/// The squares that are cut out of these lanes become what the mean is.
template <class Value, class T>
void cut_out(const Piece<Value>& piece, const Places<T>& inputs) {
    if (piece.changes == nullptr || piece.changes->augmentation.cutout == 0) return;
    const PixelRun first = piece.first_place();
    for (std::size_t lane = 0; lane < piece.samples.size(); ++lane) {
        for_cut_pixels(*piece.changes, piece.change(lane), first, piece.count,
                       [&](std::size_t feature, std::size_t count) {
                           for (std::size_t f = feature; f < feature + count; ++f) {
                               *inputs.at(f, piece.first_lane + lane) = T(0);
                           }
                       });
    }
}

/// All lanes of the features [first, first + count).
template <class Value, class T>
void gather_features(Piece<Value> piece, const Standardisation& standardisation, const Places<T>& inputs) {
    Tile<Value> tile;  // left as it is: every value read from it was written before
    const std::span<const std::uint32_t> samples = piece.samples;
    for (std::size_t lane = 0; lane < samples.size(); lane += tile_lanes) {
        piece.samples = samples.subspan(lane, std::min(tile_lanes, samples.size() - lane));
        piece.first_lane = lane;
        transpose(piece, tile);
        for (std::size_t begin = 0; begin < piece.samples.size(); begin += inputs.together()) {
            const std::size_t lanes = std::min(inputs.together(), piece.samples.size() - begin);
            for (std::size_t k = 0; k < piece.count; ++k) {
                const std::size_t f = piece.first + k;
                const auto row = [&](std::size_t count) {
                    standardise_row(tile.row(k) + begin, count, static_cast<T>(standardisation.scale[f]),
                                    static_cast<T>(standardisation.shift[f]), inputs.at(f, lane + begin));
                };
                if (lanes == kernels::lane_padding) {
                    row(kernels::lane_padding);  // known when compiling: no loop is left
                } else {
                    row(lanes);
                }
            }
        }
        cut_out(piece, inputs);
    }
    const std::size_t tail = kernels::padded_lanes(samples.size()) - samples.size();
    for (std::size_t f = piece.first; tail > 0 && f < piece.first + piece.count; ++f) {
        std::fill_n(inputs.at(f, samples.size()), tail, T(0));
    }
}

template <class Value, class T>
void gather_tiles(const std::vector<Value>& values, std::size_t features, std::span<const std::uint32_t> samples,
                  const Standardisation& standardisation, const ImageChanges* changes, kernels::View<T> inputs) {
    const std::size_t tiles = (features + tile_features - 1) / tile_features;
    const bool is_large = features * samples.size() >= worth_threads;
    const std::size_t parts = is_large ? 4 * static_cast<std::size_t>(threads()) : 1;
    parallel_for(parts, [&](std::size_t part) {
        const std::size_t end = tiles * (part + 1) / parts;
        for (std::size_t tile = tiles * part / parts; tile < end; ++tile) {
            const std::size_t first = tile * tile_features;
            const std::size_t count = std::min(tile_features, features - first);
            gather_features(Piece<Value>{values.data(), features, samples, changes, 0, first, count}, standardisation,
                            Places<T>(inputs));
        }
    });
}

template <class T>
bool has_known_layout(kernels::View<T> inputs) {
    return inputs.stride == kernels::padded_lanes(inputs.lanes) || inputs.stride == kernels::lane_padding;
}

template <class T>
void require_shapes(const Examples& examples, std::span<const std::uint32_t> samples,
                    const Standardisation& standardisation, const ImageChanges* changes, kernels::View<T> inputs,
                    std::size_t labels) {
    const bool fits = inputs.features == examples.features && standardisation.scale.size() == examples.features &&
                      standardisation.shift.size() == examples.features && inputs.lanes == samples.size() &&
                      labels == samples.size() && has_known_layout(inputs);
    const bool changes_fit =
        changes == nullptr || (changes->shape.features() == examples.features && changes->of.size() == samples.size());
    if (!fits || !changes_fit) {
        throw FormatError("batch of " + std::to_string(samples.size()) + " samples with " +
                          std::to_string(examples.features) + " features: it does not fit " +
                          std::to_string(inputs.features) + "x" + std::to_string(inputs.lanes) + " inputs and " +
                          std::to_string(labels) + " labels" + (changes_fit ? "" : ", or the changes of its images"));
    }
    if (!samples.empty() && std::ranges::max(samples) >= examples.count) {
        throw FormatError("batch: sample " + std::to_string(std::ranges::max(samples)) + " of a set of " +
                          std::to_string(examples.count));
    }
}

template <class T>
void gather_batch(const Examples& examples, std::span<const std::uint32_t> samples,
                  const Standardisation& standardisation, const ImageChanges* changes, kernels::View<T> inputs,
                  std::span<std::uint32_t> labels) {
    require_shapes(examples, samples, standardisation, changes, inputs, labels.size());
    std::visit(
        [&](const auto& values) { gather_tiles(values, examples.features, samples, standardisation, changes, inputs); },
        examples.values);
    for (std::size_t lane = 0; lane < samples.size(); ++lane) labels[lane] = examples.labels[samples[lane]];
}

}  // namespace

void gather(const Examples& examples, std::span<const std::uint32_t> samples, const Standardisation& standardisation,
            kernels::View<float> inputs, std::span<std::uint32_t> labels) {
    gather_batch(examples, samples, standardisation, nullptr, inputs, labels);
}

void gather(const Examples& examples, std::span<const std::uint32_t> samples, const Standardisation& standardisation,
            kernels::View<double> inputs, std::span<std::uint32_t> labels) {
    gather_batch(examples, samples, standardisation, nullptr, inputs, labels);
}

void gather_changed(const Examples& examples, std::span<const std::uint32_t> samples,
                    const Standardisation& standardisation, const ImageChanges& changes, kernels::View<float> inputs,
                    std::span<std::uint32_t> labels) {
    gather_batch(examples, samples, standardisation, &changes, inputs, labels);
}

}  // namespace espalier::data
