#include <cmath>

#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_real_distribution.hpp>

#include <espalier/nn/parameters/initialise.hpp>

namespace espalier::nn {
namespace {

double kaiming(const Initialisation&, std::size_t fan_in, std::size_t, double gain) {
    return gain / std::sqrt(static_cast<double>(fan_in));
}

double xavier(const Initialisation&, std::size_t fan_in, std::size_t fan_out, double) {
    return std::sqrt(2.0 / (static_cast<double>(fan_in) + static_cast<double>(fan_out)));
}

double fixed(const Initialisation& how, std::size_t, std::size_t, double) {
    return how.normal_std;
}

/// What a neuron with `kept` weights multiplies it by.
double rescaling(const Initialisation& how, bool has_fan, const Pattern& pattern, std::size_t kept) {
    if (!has_fan || kept == 0) return 1.0;
    switch (how.fan_mode) {
        case FanMode::sparse_aware:
        case FanMode::sparse_norm:
            return std::sqrt(static_cast<double>(pattern.cols()) / static_cast<double>(kept));
        case FanMode::layer_density:
            return 1.0 / std::sqrt(pattern.density());
        case FanMode::scaled:
            return 1.0 / std::sqrt(how.global_density);
        case FanMode::dense_then_mask:
            break;
    }
    return 1.0;
}

}  // namespace

const std::vector<Initialiser>& initialisers() {
    static const std::vector<Initialiser> table = {
        {{"kaiming_uniform", "uniform, variance gain^2 / fan-in", "He et al., ICCV 2015"}, true, true, kaiming},
        {{"kaiming_normal", "normal, variance gain^2 / fan-in", "He et al., ICCV 2015"}, false, true, kaiming},
        {{"xavier_uniform", "uniform, variance 2 / (fan-in + fan-out)", "Glorot and Bengio, AISTATS 2010"},
         true,
         true,
         xavier},
        {{"xavier_normal", "normal, variance 2 / (fan-in + fan-out)", "Glorot and Bengio, AISTATS 2010"},
         false,
         true,
         xavier},
        {{"normal", "normal with standard deviation model.init_std, never rescaled", "SET's NumPy program: 0.1"},
         false,
         false,
         fixed},
        {{"published", "as the program that the model comes from draws each of its weights; for models of images", ""},
         false,
         true,
         kaiming},
    };
    return table;
}

const Initialiser& initialiser(std::string_view name) {
    return find_named(initialisers(), name, "initialiser");
}

const std::vector<Choice<FanMode>>& fan_modes() {
    static const std::vector<Choice<FanMode>> table = {
        {{"sparse_aware", "fan-in counted in the mask, neuron by neuron", ""}, FanMode::sparse_aware},
        {{"dense_then_mask", "fan-in of the dense layer, as the PyTorch programs do", ""}, FanMode::dense_then_mask},
        {{"scaled", "fan-in of the dense layer times the global density",
          "Liu et al., ICLR 2022 (Random_Pruning --scaled)"},
         FanMode::scaled},
        {{"sparse_norm", "as sparse_aware; weights chosen by a score get the norm that all weights of their neuron had",
          ""},
         FanMode::sparse_norm},
        {{"layer_density", "fan-in of the dense layer times its own density", ""}, FanMode::layer_density},
    };
    return table;
}

Draw draw_of(const Initialisation& how, std::size_t fan_in, std::size_t fan_out, double gain) {
    return {how.distribution->deviation(how, fan_in, fan_out, gain), how.distribution->is_uniform,
            how.distribution->has_fan};
}

template <class T>
void initialise(const Pattern& pattern, const Initialisation& how, const Draw& draw, Stream stream,
                std::span<T> values) {
    boost::random::uniform_real_distribution<double> between(-std::sqrt(3.0), std::sqrt(3.0));
    boost::random::normal_distribution<double> normal;
    auto value = values.begin();
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        const std::size_t kept = pattern.row(row).size();
        const double scale = draw.deviation * rescaling(how, draw.has_fan, pattern, kept);
        for (std::size_t k = 0; k < kept; ++k) {
            *value++ = static_cast<T>(scale * (draw.is_uniform ? between(stream) : normal(stream)));
        }
    }
}

namespace {

/// What makes a neuron's kept weights as long as all of them; 1 where they have no length.
double norm_ratio(std::span<const double> all, std::span<const std::uint32_t> kept) {
    double whole = 0.0;
    double part = 0.0;
    for (const double value : all) whole += value * value;
    for (const std::uint32_t col : kept) part += all[col] * all[col];
    return part > 0.0 ? std::sqrt(whole / part) : 1.0;
}

}  // namespace

template <class T>
void initialise(MaskedWeight<T>& weight, const Initialisation& how, const Draw& draw, Stream stream) {
    initialise<T>(weight.pattern(), how, draw, stream, weight.parameter().values);
}

template <class T>
void initialise(MaskedWeight<T>& weight, const Initialisation& how, double gain, Stream stream) {
    initialise<T>(weight, how, draw_of(how, weight.pattern().cols(), weight.pattern().rows(), gain), stream);
}

template <class T>
void keep_of_dense(MaskedWeight<T>& weight, std::span<const double> dense, const Initialisation& how) {
    const Pattern& pattern = weight.pattern();
    if (dense.size() != pattern.positions()) throw FormatError("dense weights and mask differ in size");
    auto value = weight.parameter().values.begin();
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        const std::span<const double> all = dense.subspan(row * pattern.cols(), pattern.cols());
        const bool by_norm = how.fan_mode == FanMode::sparse_norm && how.distribution->has_fan;
        const double scale = by_norm ? norm_ratio(all, pattern.row(row))
                                     : rescaling(how, how.distribution->has_fan, pattern, pattern.row(row).size());
        for (const std::uint32_t col : pattern.row(row)) *value++ = static_cast<T>(scale * all[col]);
    }
}

template void keep_of_dense(MaskedWeight<float>&, std::span<const double>, const Initialisation&);
template void keep_of_dense(MaskedWeight<double>&, std::span<const double>, const Initialisation&);
template void initialise(const Pattern&, const Initialisation&, const Draw&, Stream, std::span<float>);
template void initialise(const Pattern&, const Initialisation&, const Draw&, Stream, std::span<double>);
template void initialise(MaskedWeight<float>&, const Initialisation&, const Draw&, Stream);
template void initialise(MaskedWeight<double>&, const Initialisation&, const Draw&, Stream);
template void initialise(MaskedWeight<float>&, const Initialisation&, double, Stream);
template void initialise(MaskedWeight<double>&, const Initialisation&, double, Stream);

}  // namespace espalier::nn
