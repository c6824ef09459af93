#include <algorithm>
#include <cmath>
#include <limits>

#include <espalier/nn/layers/heads_layer.hpp>

namespace espalier::nn {
namespace {

/// The softmax of one lane's `classes` rows from `first` on.
template <class T>
void softmax_of_lane(kernels::View<const T> logits, std::size_t first, std::size_t lane, std::vector<double>& found) {
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t c = 0; c < found.size(); ++c)
        largest = std::max(largest, static_cast<double>(logits.row(first + c)[lane]));
    double sum = 0.0;
    for (std::size_t c = 0; c < found.size(); ++c) {
        found[c] = std::exp(static_cast<double>(logits.row(first + c)[lane]) - largest);
        sum += found[c];
    }
    for (double& probability : found) probability /= sum;
}

}  // namespace

template <class T>
void Heads<T>::forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>&, const Pass&) {
    for (std::size_t h = 0; h < heads_; ++h) {
        for (std::size_t c = 0; c < classes_; ++c) {
            std::copy_n(in[h].row(c), in[h].stride, out.row(h * classes_ + c));
        }
    }
}

template <class T>
void Heads<T>::backward_node(Inputs<T>, kernels::View<const T>, kernels::View<const T> grad_out,
                             InputGradients<T> grad_in, const Cache<T>&, const Pass&) {
    for (std::size_t h = 0; h < heads_; ++h) {
        if (grad_in[h].data == nullptr) continue;
        for (std::size_t c = 0; c < classes_; ++c) {
            std::copy_n(grad_out.row(h * classes_ + c), grad_out.stride, grad_in[h].row(c));
        }
    }
}

template <class T>
void HeadMean<T>::forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>&, const Pass&) {
    const kernels::View<const T> logits = in[0];
    const T share = T(1) / static_cast<T>(heads_);
    if (!of_probabilities_) {
        for (std::size_t c = 0; c < classes_; ++c) {
            T* sum = out.row(c);
            std::copy_n(logits.row(c), out.stride, sum);
            for (std::size_t h = 1; h < heads_; ++h) {
                const T* added = logits.row(h * classes_ + c);
                for (std::size_t lane = 0; lane < out.lanes; ++lane) sum[lane] += added[lane];
            }
            for (std::size_t lane = 0; lane < out.lanes; ++lane) sum[lane] *= share;
        }
        return;
    }
    std::vector<double> of_head(classes_);
    std::vector<double> mean(classes_);
    for (std::size_t lane = 0; lane < out.lanes; ++lane) {
        std::ranges::fill(mean, 0.0);
        for (std::size_t h = 0; h < heads_; ++h) {
            softmax_of_lane<T>(logits, h * classes_, lane, of_head);
            for (std::size_t c = 0; c < classes_; ++c) mean[c] += of_head[c] / static_cast<double>(heads_);
        }
        for (std::size_t c = 0; c < classes_; ++c) {
            const double shown = std::max(mean[c], std::numeric_limits<double>::min());
            out.row(c)[lane] = static_cast<T>(std::log(shown));
        }
    }
}

template <class T>
void HeadMean<T>::backward_node(Inputs<T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                                InputGradients<T> grad_in, const Cache<T>&, const Pass&) {
    if (grad_in[0].data == nullptr) return;
    const T share = T(1) / static_cast<T>(heads_);
    if (!of_probabilities_) {
        for (std::size_t row = 0; row < heads_ * classes_; ++row) {
            const T* above = grad_out.row(row % classes_);
            T* below = grad_in[0].row(row);
            for (std::size_t lane = 0; lane < grad_out.lanes; ++lane) below[lane] = share * above[lane];
        }
        return;
    }
    // d log m_c / d z_hk = p_hc ([c = k] - p_hk) / (H m_c), with m the mean of the heads' softmax p_h.
    std::vector<std::vector<double>> of_heads(heads_, std::vector<double>(classes_));
    std::vector<double> per_mean(classes_);
    for (std::size_t lane = 0; lane < grad_out.lanes; ++lane) {
        std::ranges::fill(per_mean, 0.0);
        for (std::size_t h = 0; h < heads_; ++h) {
            softmax_of_lane<T>(in[0], h * classes_, lane, of_heads[h]);
            for (std::size_t c = 0; c < classes_; ++c) per_mean[c] += of_heads[h][c];
        }
        for (std::size_t c = 0; c < classes_; ++c) {
            per_mean[c] =
                static_cast<double>(grad_out.row(c)[lane]) / std::max(per_mean[c], std::numeric_limits<double>::min());
        }
        for (std::size_t h = 0; h < heads_; ++h) {
            double all = 0.0;
            for (std::size_t c = 0; c < classes_; ++c) all += per_mean[c] * of_heads[h][c];
            for (std::size_t c = 0; c < classes_; ++c) {
                grad_in[0].row(h * classes_ + c)[lane] = static_cast<T>(of_heads[h][c] * (per_mean[c] - all));
            }
        }
    }
}

template class Heads<float>;
template class Heads<double>;
template class HeadMean<float>;
template class HeadMean<double>;

}  // namespace espalier::nn
