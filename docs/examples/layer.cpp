// A layer, from beginning to end: softplus, log(1 + exp(x)).
//
// In the tree, the class is src/nn/layers/softplus_layer.hpp and .cpp, listed in src/nn/CMakeLists.txt; one line in
// src/nn/graph/build.cpp makes it from a NodeSpec whose kind is "softplus". As an activation it gets an entry in
// src/nn/models/activation_choice.cpp, and then the configuration (`model.activation = "softplus"`) knows it. A hot
// layer calls a kernel of src/kernels/, which is vectorised, in place of the loop here.
#include <cmath>

#include <espalier/nn/layers/layer.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {

/// One input, nothing to remember but it: a UnaryLayer. Padding lanes are never written, and stay zero.
template <class T>
class Softplus : public UnaryLayer<T> {
  public:
    Softplus(std::string name, std::size_t features) : UnaryLayer<T>(std::move(name)), features_(features) {}

    std::string kind() const override { return "softplus"; }
    std::size_t inputs() const override { return features_; }
    std::size_t outputs() const override { return features_; }

    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) override {
        for (std::size_t f = 0; f < features_; ++f) {
            for (std::size_t lane = 0; lane < in.lanes; ++lane) {
                const T x = in.row(f)[lane];
                out.row(f)[lane] = std::max(x, T{0}) + std::log1p(std::exp(-std::abs(x)));  // exp(x) would overflow
            }
        }
    }

    void backward(kernels::View<const T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass&) override {
        if (grad_in.data == nullptr) return;  // nothing before this layer is trained
        for (std::size_t f = 0; f < features_; ++f) {
            for (std::size_t lane = 0; lane < in.lanes; ++lane) {
                grad_in.row(f)[lane] = grad_out.row(f)[lane] / (T{1} + std::exp(-in.row(f)[lane]));
            }
        }
    }

  private:
    std::size_t features_;
};

namespace {

using namespace testing;

TEST_CASE("example of a layer: its gradients are those of finite differences", "[examples]") {
    INFO(seed_text());
    for (const std::size_t lanes : {1U, 16U, 21U}) {
        Softplus<double> layer("softplus", 7);
        check_gradients(layer, lanes, test_stream());
    }
}

TEST_CASE("example of a layer: large inputs do not overflow", "[examples]") {
    kernels::Activations<float> in(2, 1);
    kernels::Activations<float> out(2, 1);
    in.view().row(0)[0] = 1000.0F;
    in.view().row(1)[0] = -1000.0F;
    Softplus<float>("softplus", 2).forward(in.view(), out.view(), {});
    CHECK(out.view().row(0)[0] == 1000.0F);
    CHECK(out.view().row(1)[0] == 0.0F);
}

}  // namespace
}  // namespace espalier::nn
