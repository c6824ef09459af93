#pragma once

#include <cstddef>

namespace espalier::kernels {

/// What one sample is to a convolution: channels of pixels. Of a sequence the height is 1, of a table the width too.
///
/// In memory an image may have a border of pixels that are always zero, so that a window can reach over its edge and
/// nothing has to be laid out for it. Borders are shared: what lies behind a row lies before the next one, the rows
/// below a channel lie above the next one. Places are counted in pixels from the beginning of a lane block.
struct Image {
    std::size_t channels = 1;
    std::size_t height = 1;
    std::size_t width = 1;
    std::size_t border = 0;  ///< pixels at each side

    std::size_t pixels() const { return height * width; }
    std::size_t features() const { return channels * pixels(); }

    /// From one row to the next.
    std::size_t row() const { return width + border; }
    /// From one channel to the next.
    std::size_t channel() const { return (height + border) * row(); }
    /// The place of the first pixel of the first channel.
    std::size_t lead() const { return border * (row() + 1); }
    std::size_t place(std::size_t c, std::size_t y, std::size_t x) const {
        return lead() + c * channel() + y * row() + x;
    }
    /// Of a number of the sample: channel by channel, row by row.
    std::size_t place(std::size_t feature) const {
        if (border == 0) return feature;
        return place(feature / pixels(), feature / width % height, feature % width);
    }
    /// Places in a lane block: the features of a View of such images.
    std::size_t room() const { return lead() + channels * channel(); }

    friend bool operator==(const Image&, const Image&) = default;
};

/// The image with the border that networks give it: one pixel, where it costs little memory.
inline Image with_border(Image image) {
    constexpr std::size_t worth_a_border = 12;  // rows and columns: a fifth more memory at most
    image.border = image.height >= worth_a_border && image.width >= worth_a_border ? 1 : 0;
    return image;
}

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
