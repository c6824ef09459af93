#include <boost/random/uniform_real_distribution.hpp>

#include <espalier/kernels/srelu.hpp>
#include <espalier/nn/layers/srelu_layer.hpp>

namespace espalier::nn {

template <class T>
Srelu<T>::Srelu(std::string name, std::size_t features)
    : UnaryLayer<T>(std::move(name)),
      left_threshold_("left_threshold", Role::shift, features),
      left_slope_("left_slope", Role::slope, features),
      right_threshold_("right_threshold", Role::shift, features),
      right_slope_("right_slope", Role::slope, features) {}

template <class T>
void Srelu<T>::initialise(Stream stream) {
    boost::random::uniform_real_distribution<double> uniform(0.0, 1.0);
    for (T& slope : left_slope_.values) slope = static_cast<T>(uniform(stream));
    for (T& threshold : right_threshold_.values) threshold = static_cast<T>(5.0 * uniform(stream));
    right_slope_.values.assign(right_slope_.values.size(), T(1));
}

template <class T>
void Srelu<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    kernels::srelu<T>(in, out,
                      {left_threshold_.values.data(), left_slope_.values.data(), right_threshold_.values.data(),
                       right_slope_.values.data()});
}

template <class T>
void Srelu<T>::backward(kernels::View<const T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                        kernels::View<T> grad_in, const Pass& pass) {
    const std::size_t slot = pass.gradient_slot;
    // Its gradient at the input costs nothing extra: as the first layer of a network it goes to scratch memory.
    kernels::Activations<T> scratch;
    if (grad_in.data == nullptr) scratch.resize(in.features, in.lanes);
    kernels::srelu_gradient<T>(in, grad_out, grad_in.data == nullptr ? scratch.view() : grad_in,
                               {left_threshold_.values.data(), left_slope_.values.data(),
                                right_threshold_.values.data(), right_slope_.values.data()},
                               {left_threshold_.gradient_of(slot).data(), left_slope_.gradient_of(slot).data(),
                                right_threshold_.gradient_of(slot).data(), right_slope_.gradient_of(slot).data()});
}

template class Srelu<float>;
template class Srelu<double>;

}  // namespace espalier::nn
