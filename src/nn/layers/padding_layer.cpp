#include <algorithm>

#include <espalier/nn/layers/moved_places.hpp>
#include <espalier/nn/layers/padding_layer.hpp>

namespace espalier::nn {
namespace {

constexpr std::size_t no_source = ~std::size_t{0};

/// Of each element of a padded axis the one of the image that stands there.
std::vector<std::size_t> padded_sources(PaddingOf what, const kernels::Axis& axis, std::size_t side) {
    const auto last = static_cast<std::int64_t>(side) - 1;
    const auto before = static_cast<std::int64_t>(axis.before);
    std::vector<std::size_t> sources;
    for (std::int64_t k = -before; k <= last + static_cast<std::int64_t>(axis.after); ++k) {
        std::int64_t source = std::clamp<std::int64_t>(k, 0, last);
        if (what == PaddingOf::reflection) source = last - std::abs(last - std::abs(k));
        const bool is_inside = k == std::clamp<std::int64_t>(k, 0, last);
        sources.push_back(what == PaddingOf::zeros && !is_inside ? no_source : static_cast<std::size_t>(source));
    }
    return sources;
}

}  // namespace

template <class T>
PaddingLayer<T>::PaddingLayer(std::string name, std::string kind, PaddingOf what, const kernels::Image& in,
                              const kernels::Window& window, std::size_t border)
    : UnaryLayer<T>(std::move(name)),
      kind_(std::move(kind)),
      in_(in),
      out_{in.channels, in.height + window.rows.before + window.rows.after,
           in.width + window.cols.before + window.cols.after, border},
      rows_(padded_sources(what, window.rows, in.height)),
      cols_(padded_sources(what, window.cols, in.width)) {}

template <class T>
template <class Body>
void PaddingLayer<T>::for_pairs(const Body& body) const {
    for (std::size_t c = 0; c < in_.channels; ++c) {
        for (std::size_t y = 0; y < rows_.size(); ++y) {
            for (std::size_t x = 0; x < cols_.size(); ++x) {
                if (rows_[y] != no_source && cols_[x] != no_source)
                    body(in_.place(c, rows_[y], cols_[x]), out_.place(c, y, x));
            }
        }
    }
}

template <class T>
void PaddingLayer<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    move_places<T>(in, out, [this](const auto& body) { for_pairs(body); });
}

template <class T>
void PaddingLayer<T>::backward(kernels::View<const T>, kernels::View<const T>, kernels::View<const T> grad_out,
                               kernels::View<T> grad_in, const Pass&) {
    if (grad_in.data != nullptr) move_places_back<T>(grad_out, grad_in, [this](const auto& body) { for_pairs(body); });
}

template class PaddingLayer<float>;
template class PaddingLayer<double>;

}  // namespace espalier::nn
