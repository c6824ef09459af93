#pragma once

#include <algorithm>
#include <cstddef>

#include <espalier/base/memory/aligned.hpp>
#include <espalier/base/memory/release.hpp>

namespace espalier::kernels {

/// Lanes are padded to a multiple of this: one AVX-512 register of floats, a cache line.
inline constexpr std::size_t lane_padding = 16;

constexpr std::size_t padded_lanes(std::size_t lanes) {
    return (lanes + lane_padding - 1) / lane_padding * lane_padding;
}

/// A matrix of activations, batch-contiguous: the lanes (samples) of one feature lie side by side.
///
/// Element (feature f, lane b) is data[f * stride + b]; stride is a multiple of 16 and data is 64-byte aligned, so
/// every row of lanes starts on a cache line. The tail lanes [lanes, stride) are zero; kernels rely on it and keep it
/// so.
template <class T>
struct View {
    T* data = nullptr;
    std::size_t features = 0;
    std::size_t lanes = 0;
    std::size_t stride = 0;

    T* row(std::size_t feature) const { return data + feature * stride; }
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
    void resize(std::size_t features, std::size_t lanes) {
        if (features == features_ && lanes == lanes_) return;
        features_ = features;
        lanes_ = lanes;
        const std::size_t needed = features * padded_lanes(lanes);
        if (needed > memory_.size()) {
            release(memory_);  // what it held need not be copied, nor both be there at once
            memory_.resize(needed);
        } else {
            zero_tails();
        }
    }

    View<T> view() { return {memory_.data(), features_, lanes_, padded_lanes(lanes_)}; }
    View<const T> view() const { return {memory_.data(), features_, lanes_, padded_lanes(lanes_)}; }

  private:
    void zero_tails() {
        const View<T> all = view();
        if (all.lanes == all.stride) return;
        for (std::size_t f = 0; f < all.features; ++f) std::fill(all.row(f) + all.lanes, all.row(f) + all.stride, T(0));
    }

    AlignedVector<T> memory_;
    std::size_t features_ = 0;
    std::size_t lanes_ = 0;
};

}  // namespace espalier::kernels
