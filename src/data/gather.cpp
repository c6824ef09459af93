#include <algorithm>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
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
    std::size_t first;  // feature
    std::size_t count;  // of features

    const Value* sample(std::size_t lane) const { return values + samples[lane] * features + first; }
};

/// One by one: features [begin, count) of a piece.
template <class Value>
void transpose_rest(const Piece<Value>& piece, std::size_t begin, Tile<Value>& tile) {
    for (std::size_t lane = 0; lane < piece.samples.size(); ++lane) {
        const Value* source = piece.sample(lane);
        for (std::size_t f = begin; f < piece.count; ++f) tile.row(f)[lane] = source[f];
    }
}

void transpose(const Piece<float>& piece, Tile<float>& tile) {
    transpose_rest(piece, 0, tile);
}

void transpose(const Piece<std::uint8_t>& piece, Tile<std::uint8_t>& tile) {
    const std::size_t in_blocks = piece.count / kernels::block_side * kernels::block_side;
    for (std::size_t lane = 0; lane < piece.samples.size(); lane += kernels::block_side) {
        const std::uint8_t* rows[kernels::block_side];
        for (std::size_t k = 0; k < kernels::block_side; ++k) {
            rows[k] = piece.sample(std::min(lane + k, piece.samples.size() - 1));  // past the end: any bytes will do
        }
        for (std::size_t f = 0; f < in_blocks; f += kernels::block_side) {
            kernels::transpose_16x16(rows, tile.row(f) + lane, tile_lanes);
            for (const std::uint8_t*& row : rows) row += kernels::block_side;
        }
    }
    transpose_rest(piece, in_blocks, tile);
}

template <class Value, class T>
void standardise_row(const Value* values, std::size_t count, T scale, T shift, T* inputs) {
    for (std::size_t lane = 0; lane < count; ++lane) inputs[lane] = static_cast<T>(values[lane]) * scale + shift;
}

/// All lanes of the features [first, first + count).
template <class Value, class T>
void gather_features(Piece<Value> piece, const Standardisation& standardisation, kernels::View<T> inputs) {
    Tile<Value> tile;  // left as it is: every value read from it was written before
    const std::span<const std::uint32_t> samples = piece.samples;
    for (std::size_t lane = 0; lane < samples.size(); lane += tile_lanes) {
        piece.samples = samples.subspan(lane, std::min(tile_lanes, samples.size() - lane));
        transpose(piece, tile);
        for (std::size_t k = 0; k < piece.count; ++k) {
            const std::size_t f = piece.first + k;
            standardise_row(tile.row(k), piece.samples.size(), static_cast<T>(standardisation.scale[f]),
                            static_cast<T>(standardisation.shift[f]), inputs.row(f) + lane);
        }
    }
    for (std::size_t f = piece.first; f < piece.first + piece.count; ++f) {
        std::fill(inputs.row(f) + inputs.lanes, inputs.row(f) + inputs.stride, T(0));
    }
}

template <class Value, class T>
void gather_tiles(const std::vector<Value>& values, std::size_t features, std::span<const std::uint32_t> samples,
                  const Standardisation& standardisation, kernels::View<T> inputs) {
    const std::size_t tiles = (features + tile_features - 1) / tile_features;
    const bool is_large = features * samples.size() >= worth_threads;
    const std::size_t parts = is_large ? 4 * static_cast<std::size_t>(threads()) : 1;
    parallel_for(parts, [&](std::size_t part) {
        const std::size_t end = tiles * (part + 1) / parts;
        for (std::size_t tile = tiles * part / parts; tile < end; ++tile) {
            const std::size_t first = tile * tile_features;
            const std::size_t count = std::min(tile_features, features - first);
            gather_features(Piece<Value>{values.data(), features, samples, first, count}, standardisation, inputs);
        }
    });
}

template <class T>
void require_shapes(const Examples& examples, std::span<const std::uint32_t> samples,
                    const Standardisation& standardisation, kernels::View<T> inputs, std::size_t labels) {
    const bool fits = inputs.features == examples.features && standardisation.scale.size() == examples.features &&
                      standardisation.shift.size() == examples.features && inputs.lanes == samples.size() &&
                      labels == samples.size();
    if (!fits) {
        throw FormatError("batch of " + std::to_string(samples.size()) + " samples with " +
                          std::to_string(examples.features) + " features: it does not fit " +
                          std::to_string(inputs.features) + "x" + std::to_string(inputs.lanes) + " inputs and " +
                          std::to_string(labels) + " labels");
    }
    if (!samples.empty() && std::ranges::max(samples) >= examples.count) {
        throw FormatError("batch: sample " + std::to_string(std::ranges::max(samples)) + " of a set of " +
                          std::to_string(examples.count));
    }
}

template <class T>
void gather_batch(const Examples& examples, std::span<const std::uint32_t> samples,
                  const Standardisation& standardisation, kernels::View<T> inputs, std::span<std::uint32_t> labels) {
    require_shapes(examples, samples, standardisation, inputs, labels.size());
    std::visit([&](const auto& values) { gather_tiles(values, examples.features, samples, standardisation, inputs); },
               examples.values);
    for (std::size_t lane = 0; lane < samples.size(); ++lane) labels[lane] = examples.labels[samples[lane]];
}

}  // namespace

void gather(const Examples& examples, std::span<const std::uint32_t> samples, const Standardisation& standardisation,
            kernels::View<float> inputs, std::span<std::uint32_t> labels) {
    gather_batch(examples, samples, standardisation, inputs, labels);
}

void gather(const Examples& examples, std::span<const std::uint32_t> samples, const Standardisation& standardisation,
            kernels::View<double> inputs, std::span<std::uint32_t> labels) {
    gather_batch(examples, samples, standardisation, inputs, labels);
}

}  // namespace espalier::data
