#include <utility>

#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/robustness/pixel_network.hpp>

namespace espalier::robustness {
namespace {

/// As evaluation, but remembering what a backward pass needs.
const nn::Pass differentiable{.training = true, .without_noise = true, .running_statistics = true, .part = {}};

/// Of feature f of a lane, in either layout.
template <class T>
T& element(const kernels::View<T>& view, std::size_t feature, std::size_t lane) {
    const std::size_t block = lane / view.stride;
    return view.data[block * view.features * view.stride + feature * view.stride + lane % view.stride];
}

}  // namespace

template <class T>
kernels::View<const T> PixelNetwork<T>::scaled(std::span<const double> pixels) {
    const std::size_t features = network_.inputs();
    inputs_.resize(features, pixels.size() / features, network_.input_layout());
    const kernels::View<T> view = inputs_.view();
    parallel_for(view.lanes, [&](std::size_t lane) {
        for (std::size_t f = 0; f < features; ++f) {
            element(view, f, lane) =
                static_cast<T>(pixels[lane * features + f] * white_ * static_cast<double>(standardisation_.scale[f]) +
                               static_cast<double>(standardisation_.shift[f]));
        }
    });
    return std::as_const(inputs_).view();
}

template <class T>
Logits PixelNetwork<T>::logits(std::span<const double> pixels) {
    const kernels::View<T> out = network_.forward(workspace_, scaled(pixels), {});
    Logits found{out.lanes, out.features, {}};
    for (std::size_t lane = 0; lane < out.lanes; ++lane) {
        for (std::size_t k = 0; k < out.features; ++k)
            found.values.push_back(static_cast<double>(element(out, k, lane)));
    }
    return found;
}

template <class T>
double PixelNetwork<T>::gradient(std::span<const double> pixels, std::span<const std::uint32_t> labels,
                                 std::span<double> gradient) {
    const kernels::View<T> out = network_.forward(workspace_, scaled(pixels), differentiable);
    const double loss = kernels::softmax_cross_entropy<T>(out, labels, network_.output_gradient(workspace_)).loss;
    network_.backward(workspace_, differentiable);
    const kernels::View<const T> slope = network_.input_gradient(workspace_);
    const std::size_t features = slope.features;
    parallel_for(slope.lanes, [&](std::size_t lane) {
        for (std::size_t f = 0; f < features; ++f) {
            gradient[lane * features + f] =
                static_cast<double>(element(slope, f, lane)) * white_ * static_cast<double>(standardisation_.scale[f]);
        }
    });
    return loss;
}

template class PixelNetwork<float>;
template class PixelNetwork<double>;

}  // namespace espalier::robustness
