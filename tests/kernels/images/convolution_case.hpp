#pragma once

#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/kernels/images/convolution.hpp>

#include "support.hpp"

namespace espalier::testing {

/// A convolution with a mask, numbers for everything, and what the definition says.
template <class T>
struct ConvolutionCase {
    kernels::ConvolutionShape shape;
    Pattern pattern;
    std::vector<T> values, bias;  // values in the pattern's order
    kernels::Activations<T> in, grad_out;

    ConvolutionCase(const kernels::ConvolutionShape& what, Pattern mask, std::size_t lanes, Stream& stream)
        : shape(what), pattern(std::move(mask)) {
        const auto drawn = [&](std::size_t count) {
            const std::vector<double> numbers = random_values(count, stream);
            return std::vector<T>(numbers.begin(), numbers.end());
        };
        values = drawn(pattern.edges());
        bias = drawn(shape.out.channels);
        for (const auto& [activations, image] : {std::pair(&in, shape.in), std::pair(&grad_out, shape.out)}) {
            activations->resize(image.room(), lanes, kernels::Layout::lane_blocks);
            for (std::size_t b = 0; b < activations->view().blocks(); ++b) {
                const kernels::View<T> block = activations->view().block(b);
                for (std::size_t f = 0; f < image.features(); ++f) {
                    const std::vector<T> row = drawn(block.lanes);
                    std::copy(row.begin(), row.end(), block.row(image.place(f)));
                }
            }
        }
    }

    kernels::SparseMatrix<T> matrix() const {
        return {pattern.rows(), pattern.cols(), pattern.offsets(), pattern.indices(), {}, values};
    }

    /// visit(edge, output channel, input channel, output pixel, input pixel) for all that a kept weight multiplies.
    template <class Visit>
    void for_products(const Visit& visit) const {
        const auto& [rows, cols] = shape.window;
        for (std::size_t o = 0; o < pattern.rows(); ++o) {
            std::size_t k = pattern.row_begin(o);
            const std::size_t edges = pattern.is_full() ? pattern.cols() : pattern.row(o).size();
            for (std::size_t e = 0; e < edges; ++e, ++k) {
                const std::size_t col = pattern.is_full() ? e : pattern.row(o)[e];
                const std::size_t a = col / cols.kernel % rows.kernel;
                const std::size_t b = col % cols.kernel;
                const std::size_t c =
                    o / shape.outputs_of_group() * shape.inputs_of_group() + col / shape.window.positions();
                for (std::size_t i = 0; i < shape.out.height; ++i) {
                    for (std::size_t j = 0; j < shape.out.width; ++j) {
                        const std::size_t y = i * rows.stride + a * rows.dilation;
                        const std::size_t x = j * cols.stride + b * cols.dilation;
                        if (y < rows.before || x < cols.before || y - rows.before >= shape.in.height ||
                            x - cols.before >= shape.in.width)
                            continue;
                        visit(k, o, c, i * shape.out.width + j, (y - rows.before) * shape.in.width + x - cols.before);
                    }
                }
            }
        }
    }
};

/// Element (feature, lane) of activations in either layout.
template <class T>
T& element(kernels::View<T> view, std::size_t feature, std::size_t lane) {
    return view.block(lane / view.stride).row(feature)[lane % view.stride];
}

/// Whether all that is no pixel of a sample is zero: the border of images and lanes without a sample.
template <class T>
bool margins_are_zero(const kernels::Image& image, kernels::View<const T> view) {
    std::vector<bool> inside(image.room());
    for (std::size_t f = 0; f < image.features(); ++f) inside[image.place(f)] = true;
    for (std::size_t b = 0; b < view.blocks(); ++b) {
        const kernels::View<const T> block = view.block(b);
        for (std::size_t place = 0; place < image.room(); ++place) {
            for (std::size_t lane = inside[place] ? block.lanes : 0; lane < block.stride; ++lane) {
                if (block.row(place)[lane] != T(0)) return false;
            }
        }
    }
    return true;
}

}  // namespace espalier::testing
