#include <algorithm>
#include <limits>
#include <utility>

#include <time.h>

#include <espalier/base/random/random.hpp>
#include <espalier/kernels/fused_gradients.hpp>
#include <espalier/kernels/scratch_product.hpp>
#include <espalier/tuning/layer_timing.hpp>

namespace espalier::tuning {
namespace {

using nn::Product;

constexpr double shortest_sample = 5e-5;  // seconds: below, the clock and the call are part of what is measured

/// Each position is kept with this probability; at least one is not, so that the pattern is stored.
Pattern random_pattern(std::size_t outputs, std::size_t inputs, double density) {
    Stream stream(1, Purpose::mask_init, 0);
    const double limit = density * 4294967296.0;
    std::vector<std::uint64_t> kept;
    for (std::uint64_t position = 0; position < outputs * inputs; ++position) {
        if (static_cast<double>(stream()) < limit) kept.push_back(position);
    }
    if (kept.size() == outputs * inputs) kept.pop_back();
    return Pattern::from_flat(outputs, inputs, kept);
}

/// Any finite numbers that are not denormal.
void fill(std::span<float> values) {
    for (std::size_t k = 0; k < values.size(); ++k) values[k] = 0.01F * static_cast<float>(k % 97) - 0.5F;
}

void fill(kernels::Activations<float>& activations, std::size_t features, std::size_t lanes) {
    activations.resize(features, lanes);
    const auto view = activations.view();
    for (std::size_t f = 0; f < features; ++f) fill(std::span(view.row(f), lanes));
}

template <class Body>
double seconds_of(int calls, const Body& body, const SecondsClock& clock) {
    const double start = clock();
    for (int call = 0; call < calls; ++call) body();
    return (clock() - start) / calls;
}

/// Times one way, call by call or several at once where they are short.
template <class Body>
class Sampler {
  public:
    Sampler(const Body& body, const SecondsClock& clock) : body_(body), clock_(clock) {
        const double first = seconds_of(1, body_, clock_);  // brings memory and caches into their state
        calls_ = std::max(1, static_cast<int>(shortest_sample / std::max(1e-8, first)));
    }
    /// @return seconds spent
    double sample() {
        const double seconds = seconds_of(calls_, body_, clock_);
        best_ = std::min(best_, seconds);
        return seconds * calls_;
    }
    double best() const { return best_; }

  private:
    Body body_;
    const SecondsClock& clock_;
    int calls_ = 1;
    double best_ = std::numeric_limits<double>::infinity();
};

}  // namespace

Seconds shortest(const Seconds& a, const Seconds& b) {
    return {std::min(a.sparse, b.sparse), std::min(a.dense, b.dense)};
}

double processor_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

LayerTiming::LayerTiming(std::size_t outputs, std::size_t inputs, double density, SecondsClock clock)
    : clock_(std::move(clock)), weight_(random_pattern(outputs, inputs, density)) {
    fill(weight_.parameter().values);
}

Seconds LayerTiming::measure(Product product, std::size_t lanes, double seconds) {
    const Pattern& pattern = weight_.pattern();
    fill(in_, pattern.cols(), lanes);
    fill(out_, pattern.rows(), lanes);
    result_.resize(product == Product::gradients ? pattern.cols() : pattern.rows(), lanes);
    Sampler sparse([&] { run_sparse(product); }, clock_);
    Sampler dense([&] { run_dense(product); }, clock_);
    double spent = 0.0;
    do {
        spent += sparse.sample() + dense.sample();
    } while (spent < seconds);
    return {sparse.best(), dense.best()};
}

void LayerTiming::run_sparse(Product product) {
    const auto in = std::as_const(in_).view();
    const auto out = std::as_const(out_).view();
    switch (product) {
        case Product::forward:
            return kernels::sparse_product<float>(weight_.matrix(), nullptr, in, result_.view());
        case Product::gradients:
            return kernels::fused_gradients<float>(weight_.transposed(), out, in, result_.view(),
                                                   weight_.parameter().gradient);
        case Product::weight_gradient:
            return kernels::sampled_product<float>(weight_.pattern().offsets(), weight_.pattern().indices(), out, in,
                                                   weight_.parameter().gradient);
    }
}

void LayerTiming::run_dense(Product product) {
    const auto in = std::as_const(in_).view();
    const auto out = std::as_const(out_).view();
    switch (product) {
        case Product::forward:
            return kernels::scratch_product<float>(weight_.matrix(), nullptr, in, result_.view());
        case Product::gradients:
            kernels::scratch_product<float>(weight_.transposed(), nullptr, out, result_.view());
            [[fallthrough]];
        case Product::weight_gradient:
            return kernels::scratch_sampled_product<float>(weight_.pattern().offsets(), weight_.pattern().indices(),
                                                           out, in, weight_.parameter().gradient);
    }
}

}  // namespace espalier::tuning
