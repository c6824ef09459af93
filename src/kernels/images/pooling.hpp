#pragma once

#include <vector>

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/images/image.hpp>
#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {

/// Windows of a pooling layer along one axis. They may be empty where padding is all they meet.
/// @param ceil_mode  a last window may reach over the end, if it begins inside the image or the padding before it
/// @param count_padding  padding counts for means; what lies behind the padded image never does
/// Dilation is not for pooling here: axis.dilation must be 1.
std::vector<Span> pooling_spans(const Axis& axis, std::size_t side, bool ceil_mode, bool count_padding);

/// `windows` windows of about equal size that cover the axis: window i is [floor(i n / m), ceil((i + 1) n / m)). More
/// windows than elements repeat them.
std::vector<Span> adaptive_spans(std::size_t side, std::size_t windows);

/// A pooling layer: each output is of the elements rows[i] x cols[j] of its channel.
struct Pooling {
    Image in;
    std::vector<Span> rows, cols;
    std::size_t out_border = 0;
    Image out() const { return {in.channels, rows.size(), cols.size(), out_border}; }
};

// All activations are lane-blocked.

/// The largest of each window; minus infinity where it is empty.
template <class T>
void max_pool(const Pooling& pooling, View<const T> in, View<T> out);

/// The gradient goes to the first largest element of a window, row after row (PyTorch).
template <class T>
void max_pool_gradient(const Pooling& pooling, View<const T> in, View<const T> out, View<const T> grad_out,
                       View<T> grad_in);

/// The mean of each window.
template <class T>
void average_pool(const Pooling& pooling, View<const T> in, View<T> out);

template <class T>
void average_pool_gradient(const Pooling& pooling, View<const T> grad_out, View<T> grad_in);

}  // namespace espalier::kernels
