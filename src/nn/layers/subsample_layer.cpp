#include <algorithm>

#include <espalier/nn/layers/subsample_layer.hpp>

namespace espalier::nn {

template <class T>
template <class Body>
void Subsample<T>::for_pairs(const Body& body) const {
    const std::size_t before = (out_.channels - in_.channels) / 2;
    for (std::size_t c = 0; c < in_.channels; ++c) {
        for (std::size_t y = 0; y < out_.height; ++y) {
            for (std::size_t x = 0; x < out_.width; ++x) {
                body(in_.place(c, y * step_, x * step_), out_.place(c + before, y, x));
            }
        }
    }
}

template <class T>
void Subsample<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    for (std::size_t b = 0; b < in.blocks(); ++b) {
        const kernels::View<const T> from = in.block(b);
        const kernels::View<T> to = out.block(b);
        std::fill_n(to.data, to.features * to.stride, T(0));
        for_pairs([&](std::size_t f, std::size_t g) { std::copy_n(from.row(f), from.stride, to.row(g)); });
    }
}

template <class T>
void Subsample<T>::backward(kernels::View<const T>, kernels::View<const T>, kernels::View<const T> grad_out,
                            kernels::View<T> grad_in, const Pass&) {
    if (grad_in.data == nullptr) return;
    for (std::size_t b = 0; b < grad_in.blocks(); ++b) {
        const kernels::View<T> to = grad_in.block(b);
        const kernels::View<const T> from = grad_out.block(b);
        std::fill_n(to.data, to.features * to.stride, T(0));
        for_pairs([&](std::size_t f, std::size_t g) { std::copy_n(from.row(g), from.stride, to.row(f)); });
    }
}

template class Subsample<float>;
template class Subsample<double>;

}  // namespace espalier::nn
