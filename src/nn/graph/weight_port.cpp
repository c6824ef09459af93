#include <algorithm>

#include <espalier/kernels/tree_sum.hpp>
#include <espalier/nn/graph/weight_port.hpp>

namespace espalier::nn {

template <class T>
void take_at(std::span<const T> dense, const Pattern& where, std::span<T> out) {
    std::size_t k = 0;
    for (std::size_t row = 0; row < where.rows(); ++row) {
        const T* from = dense.data() + row * where.cols();
        for (const std::uint32_t col : where.row(row)) out[k++] = from[col];
    }
}

template <class T>
template <class Of>
void WeightPort<T>::sum(const Passes<T>& passes, std::span<T> out, const Of& of) const {
    const std::size_t k = entry_.layer;
    const auto fill = [&](std::size_t block, std::span<T> numbers) {
        const Workspace<T>* workspace = passes[block];
        if (workspace == nullptr) return false;
        of(network_->layer(k), network_->layer_input(*workspace, k), network_->layer_output_gradient(*workspace, k),
           numbers);
        return true;
    };
    kernels::sum_by_tree(0, passes.count(), fill, out);
}

template <class T>
void WeightPort<T>::gradient_rows(const Passes<T>& passes, std::size_t first, std::size_t count,
                                  std::span<T> out) const {
    if (outside_ != nullptr) {
        const std::size_t cols = pattern().cols();
        std::ranges::copy(outside_->subspan(first * cols, count * cols), out.begin());
        return;
    }
    sum(passes, out, [&](const Layer<T>& layer, auto in, auto grad_out, std::span<T> rows) {
        layer.gradient_rows(in, grad_out, first, count, rows);
    });
}

template <class T>
void WeightPort<T>::gradient_at(const Passes<T>& passes, const Pattern& where, std::span<T> out,
                                GradientWay way) const {
    if (outside_ != nullptr) {
        take_at(*outside_, where, out);
        return;
    }
    sum(passes, out, [&](const Layer<T>& layer, auto in, auto grad_out, std::span<T> numbers) {
        layer.gradient_at(in, grad_out, where, numbers, way);
    });
}

template <class T>
std::vector<WeightPort<T>> weight_ports(Network<T>& network) {
    std::vector<WeightPort<T>> ports;
    for (const ParameterEntry<T>& entry : network.table().weights()) ports.emplace_back(network, entry);
    return ports;
}

template void take_at(std::span<const float>, const Pattern&, std::span<float>);
template void take_at(std::span<const double>, const Pattern&, std::span<double>);
template class WeightPort<float>;
template class WeightPort<double>;
template std::vector<WeightPort<float>> weight_ports(Network<float>&);
template std::vector<WeightPort<double>> weight_ports(Network<double>&);

}  // namespace espalier::nn
