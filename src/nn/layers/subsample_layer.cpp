#include <espalier/nn/layers/moved_places.hpp>
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
    move_places<T>(in, out, [this](const auto& body) { for_pairs(body); });
}

template <class T>
void Subsample<T>::backward(kernels::View<const T>, kernels::View<const T>, kernels::View<const T> grad_out,
                            kernels::View<T> grad_in, const Pass&) {
    if (grad_in.data != nullptr) move_places_back<T>(grad_out, grad_in, [this](const auto& body) { for_pairs(body); });
}

template class Subsample<float>;
template class Subsample<double>;

}  // namespace espalier::nn
