#include <algorithm>

#include <espalier/kernels/images/margins.hpp>
#include <espalier/kernels/rows.hpp>
#include <espalier/nn/layers/channel_scale_layer.hpp>

namespace espalier::nn {
namespace {

/// to = from * gamma by channel; borders, which are 0, stay so.
template <class T>
void multiply_channels(const kernels::Image& image, kernels::View<const T> from, std::span<const T> gamma,
                       kernels::View<T> to) {
    kernels::for_equal_rows(image.channels, image.channel() * kernels::padded_lanes(from.lanes),
                            [&](std::size_t begin, std::size_t end) {
                                for (std::size_t b = 0; b < from.blocks(); ++b) {
                                    for (std::size_t c = begin; c < end; ++c) {
                                        const std::size_t first = image.place(c, 0, 0);
                                        const T* const x = from.block(b).row(first);
                                        T* const y = to.block(b).row(first);
                                        const std::size_t count = image.channel() * from.stride;
                                        for (std::size_t k = 0; k < count; ++k) y[k] = x[k] * gamma[c];
                                    }
                                }
                            });
    kernels::zero_border(image, to);
}

}  // namespace

template <class T>
ChannelScale<T>::ChannelScale(std::string name, const kernels::Image& image, double start)
    : UnaryLayer<T>(std::move(name)), image_(image), gamma_("gamma", Role::scale, image.channels) {
    std::ranges::fill(gamma_.values, static_cast<T>(start));
}

template <class T>
void ChannelScale<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    multiply_channels<T>(image_, in, gamma_.values, out);
}

template <class T>
void ChannelScale<T>::backward(kernels::View<const T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                               kernels::View<T> grad_in, const Pass& pass) {
    AlignedVector<T>& gradient = gamma_.gradient_of(pass.gradient_slot);
    const std::size_t pixels = image_.pixels();
    kernels::for_equal_rows(image_.channels, pixels * kernels::padded_lanes(in.lanes),
                            [&](std::size_t begin, std::size_t end) {
                                for (std::size_t c = begin; c < end; ++c) {
                                    double sum = 0.0;
                                    for (std::size_t b = 0; b < in.blocks(); ++b) {
                                        const kernels::View<const T> from = in.block(b);
                                        for (std::size_t f = c * pixels; f < (c + 1) * pixels; ++f) {
                                            const std::size_t place = image_.place(f);
                                            const T* const x = from.row(place);
                                            const T* const dy = grad_out.block(b).row(place);
                                            for (std::size_t k = 0; k < from.lanes; ++k)
                                                sum += static_cast<double>(x[k]) * static_cast<double>(dy[k]);
                                        }
                                    }
                                    gradient[c] = static_cast<T>(sum);
                                }
                            });
    if (grad_in.data != nullptr) multiply_channels<T>(image_, grad_out, gamma_.values, grad_in);
}

template class ChannelScale<float>;
template class ChannelScale<double>;

}  // namespace espalier::nn
