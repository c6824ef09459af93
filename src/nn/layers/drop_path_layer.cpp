#include <algorithm>
#include <cmath>
#include <vector>

#include <espalier/base/random/random.hpp>
#include <espalier/kernels/rows.hpp>
#include <espalier/nn/layers/drop_path_layer.hpp>

namespace espalier::nn {

template <class T>
void DropPath<T>::scale(kernels::View<const T> from, kernels::View<T> to, const Pass& pass) const {
    if (!pass.training || pass.without_noise || rate_ == 0.0) {
        if (from.data != to.data) std::copy_n(from.data, from.elements(), to.data);
        return;
    }
    const Stream stream(pass.seed, Purpose::dropout, number_, pass.step);
    const auto threshold = static_cast<std::uint32_t>(std::llround(rate_ * 4294967295.0));
    const auto kept = static_cast<T>(1.0 / (1.0 - rate_));
    std::vector<T> factors(kernels::padded_lanes(from.lanes), T(0));
    for (std::size_t lane = 0; lane < from.lanes; ++lane) {
        const auto sample = static_cast<std::uint32_t>(pass.part.first + lane);
        factors[lane] = stream.at(sample)[0] < threshold ? T(0) : kept;
    }
    for (std::size_t b = 0; b < from.blocks(); ++b) {
        const kernels::View<const T> part = from.block(b);
        const kernels::View<T> out = to.block(b);
        const T* const factor = factors.data() + b * from.stride;
        kernels::for_equal_rows(part.features, part.stride, [&](std::size_t begin, std::size_t end) {
            for (std::size_t f = begin; f < end; ++f) {
                for (std::size_t k = 0; k < part.stride; ++k) out.row(f)[k] = part.row(f)[k] * factor[k];
            }
        });
    }
}

template <class T>
void DropPath<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) {
    scale(in, out, pass);
}

template <class T>
void DropPath<T>::backward(kernels::View<const T>, kernels::View<const T>, kernels::View<const T> grad_out,
                           kernels::View<T> grad_in, const Pass& pass) {
    if (grad_in.data != nullptr) scale(grad_out, grad_in, pass);
}

template class DropPath<float>;
template class DropPath<double>;

}  // namespace espalier::nn
