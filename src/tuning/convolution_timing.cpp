#include <utility>

#include <espalier/kernels/images/margins.hpp>
#include <espalier/kernels/images/scratch_convolution.hpp>
#include <espalier/tuning/convolution_timing.hpp>

namespace espalier::tuning {
namespace {

using nn::ConvolutionProduct;

kernels::ConvolutionShape square_shape(std::size_t out_channels, std::size_t in_channels, std::size_t side) {
    constexpr kernels::Axis same{3, 1, 1, 1, 1};
    return {kernels::with_border({in_channels, side, side}),
            kernels::with_border({out_channels, side, side}),
            {same, same}};
}

void fill_images(kernels::Activations<float>& images, const kernels::Image& image) {
    images.resize(image.room(), ConvolutionTiming::lanes, kernels::Layout::lane_blocks);
    const kernels::View<float> view = images.view();
    fill(std::span(view.data, view.elements()));
    kernels::zero_border(image, view);
}

}  // namespace

ConvolutionTiming::ConvolutionTiming(std::size_t out_channels, std::size_t in_channels, std::size_t side,
                                     double density, SecondsClock clock)
    : clock_(std::move(clock)),
      shape_(square_shape(out_channels, in_channels, side)),
      weight_(random_pattern(out_channels, shape_.columns(), density)) {
    fill(weight_.parameter().values);
    fill_images(in_, shape_.in);
    fill_images(out_, shape_.out);
}

Seconds ConvolutionTiming::measure(ConvolutionProduct product, double seconds) {
    fill_images(result_, product == ConvolutionProduct::input_gradient ? shape_.in : shape_.out);
    return by_turns([&] { run_sparse(product); }, [&] { run_dense(product); }, seconds, clock_);
}

void ConvolutionTiming::run_sparse(ConvolutionProduct product) {
    const auto in = std::as_const(in_).view();
    const auto out = std::as_const(out_).view();
    const Pattern& pattern = weight_.pattern();
    switch (product) {
        case ConvolutionProduct::forward:
            return kernels::convolve<float>(shape_, weight_.matrix(), nullptr, in, result_.view());
        case ConvolutionProduct::weight_gradient:
            return kernels::convolution_weight_gradient<float>(shape_, pattern.offsets(), pattern.indices(), 0,
                                                               pattern.rows(), out, in, weight_.parameter().gradient);
        case ConvolutionProduct::input_gradient:
            return kernels::convolve_gradient<float>(shape_, weight_.transposed(), out, result_.view());
    }
}

void ConvolutionTiming::run_dense(ConvolutionProduct product) {
    const auto in = std::as_const(in_).view();
    const auto out = std::as_const(out_).view();
    const Pattern& pattern = weight_.pattern();
    switch (product) {
        case ConvolutionProduct::forward:
            return kernels::scratch_convolve<float>(shape_, weight_.matrix(), nullptr, in, result_.view());
        case ConvolutionProduct::weight_gradient:
            return kernels::scratch_weight_gradient<float>(shape_, pattern.offsets(), pattern.indices(), out, in,
                                                           weight_.parameter().gradient);
        case ConvolutionProduct::input_gradient:
            return kernels::scratch_convolve_gradient<float>(shape_, weight_.matrix(), out, result_.view());
    }
}

}  // namespace espalier::tuning
