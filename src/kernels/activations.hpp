#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <espalier/base/memory/aligned.hpp>
#include <espalier/base/memory/release.hpp>

namespace espalier::kernels {

/// Lanes are padded to a multiple of this: one AVX-512 register of floats, a cache line.
inline constexpr std::size_t lane_padding = 16;

constexpr std::size_t padded_lanes(std::size_t lanes) {
    return (lanes + lane_padding - 1) / lane_padding * lane_padding;
}

/// How the lanes of activations lie.
enum class Layout : std::uint8_t {
    rows,         ///< all lanes of a feature side by side
    lane_blocks,  ///< all features of the first 16 lanes, then those of the next 16, ...: of images
};

/// A matrix of activations, batch-contiguous: the lanes (samples) of one feature lie side by side.
///
/// Element (feature f, lane b) is data[f * stride + b]; stride is a multiple of 16 and data is 64-byte aligned, so
/// every row of lanes starts on a cache line. The tail lanes [lanes, stride) are zero; kernels rely on it and keep it
/// so.
///
/// Images lie in lane blocks: stride is 16, and lanes from the 16th on follow behind all features of those before, as
/// further matrices of the same kind (block()). What a kernel reads of a few pixels then lies together, too. Up to 16
/// lanes both layouts are the same. Kernels take rows unless they say otherwise.
template <class T>
struct View {
    T* data = nullptr;
    std::size_t features = 0;
    std::size_t lanes = 0;
    std::size_t stride = 0;

    T* row(std::size_t feature) const { return data + feature * stride; }
    /// Numbers in memory, tails among them.
    std::size_t elements() const { return features * padded_lanes(lanes); }
    /// How many matrices follow one another.
    std::size_t blocks() const { return stride == 0 ? 0 : padded_lanes(lanes) / stride; }
    View block(std::size_t k) const {
        return {data + k * features * stride, features, std::min(stride, lanes - k * stride), stride};
    }
    /// The same numbers as rows, whatever the layout: for kernels that treat all alike and turn 0 into 0.
    View flat() const { return blocks() < 2 ? *this : View{data, features * blocks(), stride, stride}; }
    operator View<const T>() const { return {data, features, lanes, stride}; }  // NOLINT(google-explicit-constructor)
};

/// Owns what a View shows; grows to the largest size asked for and stays there.
template <class T>
class Activations {
  public:
    Activations() = default;
    Activations(std::size_t features, std::size_t lanes) { resize(features, lanes); }

    /// Where the shape changes, tail lanes become zero and the other elements are anything; else nothing
    /// changes. O(features), not O(elements), unless memory grows: buffers of large networks change shape at every
    /// step.
    void resize(std::size_t features, std::size_t lanes, Layout layout = Layout::rows) {
        if (features == features_ && lanes == lanes_ && layout == layout_) return;
        features_ = features;
        lanes_ = lanes;
        layout_ = layout;
        const std::size_t needed = features * padded_lanes(lanes);
        if (needed > memory_.size()) {
            release(memory_);  // what it held need not be copied, nor both be there at once
            memory_.resize(needed);
        } else {
            zero_tails();
        }
    }

    View<T> view() { return {memory_.data(), features_, lanes_, stride()}; }
    View<const T> view() const { return {memory_.data(), features_, lanes_, stride()}; }

  private:
    std::size_t stride() const {
        const std::size_t all = padded_lanes(lanes_);
        return layout_ == Layout::rows ? all : std::min(all, lane_padding);
    }

    void zero_tails() {
        if (lanes_ % lane_padding == 0) return;
        const View<T> all = view().block(view().blocks() - 1);
        for (std::size_t f = 0; f < all.features; ++f) std::fill(all.row(f) + all.lanes, all.row(f) + all.stride, T(0));
    }

    AlignedVector<T> memory_;
    std::size_t features_ = 0;
    std::size_t lanes_ = 0;
    Layout layout_ = Layout::rows;
};

}  // namespace espalier::kernels
