#pragma once

#include <cstddef>

namespace espalier::kernels {

/// What one sample is to a convolution: channels of pixels. Of a sequence the height is 1, of a table the width too.
struct Image {
    std::size_t channels = 1;
    std::size_t height = 1;
    std::size_t width = 1;

    std::size_t pixels() const { return height * width; }
    std::size_t features() const { return channels * pixels(); }
    friend bool operator==(const Image&, const Image&) = default;
};

/// How a window moves along one axis. Padding may differ at both ends ("same" of TensorFlow).
struct Axis {
    std::size_t kernel = 1;
    std::size_t stride = 1;
    std::size_t dilation = 1;
    std::size_t before = 0;  ///< rows or columns of padding
    std::size_t after = 0;

    /// From the first to the last element that a window meets.
    std::size_t reach() const { return dilation * (kernel - 1) + 1; }
    /// How many windows fit; 0 where none does.
    std::size_t windows(std::size_t side) const {
        const std::size_t padded = side + before + after;
        return padded < reach() ? 0 : (padded - reach()) / stride + 1;
    }
    friend bool operator==(const Axis&, const Axis&) = default;
};

struct Window {
    Axis rows;
    Axis cols;
    std::size_t positions() const { return rows.kernel * cols.kernel; }
    friend bool operator==(const Window&, const Window&) = default;
};

}  // namespace espalier::kernels
