#include <algorithm>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/nn/layers/batch_norm_layer.hpp>
#include <espalier/tickets/recalibration.hpp>

namespace espalier::tickets {
namespace {

/// A normalisation over batches, and what it follows.
struct Followed {
    std::size_t layer;
    nn::Parameter<float>* mean;
    nn::Parameter<float>* variance;
    kernels::Image image;  ///< of its input
};

std::vector<Followed> followed_by(const nn::Network<float>& network) {
    std::vector<Followed> all;
    for (const nn::ParameterEntry<float>& entry : network.table().entries()) {
        if (entry.parameter->name == "running_mean") {
            const auto& layer = dynamic_cast<const nn::BatchNorm<float>&>(network.layer(entry.layer));
            all.push_back({entry.layer, entry.parameter, nullptr, layer.image()});
        }
        if (entry.parameter->name == "running_var") all.back().variance = entry.parameter;
    }
    return all;
}

/// Mean and variance of a channel over batches that come one by one (Chan, Golub and LeVeque 1983).
struct PooledMoments {
    double count = 0.0;
    double mean = 0.0;
    double squares = 0.0;  ///< sum of the squared distances from the mean

    void add(const PooledMoments& more) {
        const double all = count + more.count;
        const double distance = more.mean - mean;
        squares += more.squares + distance * distance * count * more.count / all;
        mean += distance * more.count / all;
        count = all;
    }
    double unbiased_variance() const { return squares / (count - 1.0); }
};

/// Of one channel, over its pixels and all lanes. Borders are no pixels.
PooledMoments moments_of(kernels::View<const float> in, const kernels::Image& image, std::size_t channel) {
    const auto sum = [&](const auto& term) {
        double total = 0.0;
        for (std::size_t b = 0; b < in.blocks(); ++b) {
            const kernels::View<const float> block = in.block(b);
            for (std::size_t pixel = 0; pixel < image.pixels(); ++pixel) {
                const float* row = block.row(image.place(channel, pixel / image.width, pixel % image.width));
                for (std::size_t lane = 0; lane < block.lanes; ++lane) total += term(double{row[lane]});
            }
        }
        return total;
    };
    PooledMoments found;
    found.count = static_cast<double>(image.pixels() * in.lanes);
    found.mean = sum([](double x) { return x; }) / found.count;
    found.squares = sum([&](double x) { return (x - found.mean) * (x - found.mean); });
    return found;
}

void average_batches(nn::Network<float>& network, const TrainingBatches& batches) {
    nn::Workspace<float> workspace;
    std::size_t number = 0;
    batches([&](kernels::View<const float> in) {
        if (in.lanes < 2) return;  // the last one, without a variance
        network.forward(workspace, in, {.training = true, .without_noise = true, .averaged_batches = ++number});
    });
}

void pool_samples(nn::Network<float>& network, const TrainingBatches& batches) {
    nn::Workspace<float> workspace;
    workspace.keep_outputs = true;
    for (const Followed& statistics : followed_by(network)) {
        const std::size_t channels = statistics.mean->values.size();
        std::vector<PooledMoments> moments(channels);
        batches([&](kernels::View<const float> in) {
            network.forward(workspace, in, {});
            const kernels::View<const float> taken = network.layer_input(workspace, statistics.layer);
            parallel_for(channels, [&](std::size_t c) { moments[c].add(moments_of(taken, statistics.image, c)); });
        });
        if (moments.empty() || moments.front().count < 2.0) continue;
        for (std::size_t c = 0; c < channels; ++c) {
            statistics.mean->values[c] = static_cast<float>(moments[c].mean);
            statistics.variance->values[c] = static_cast<float>(moments[c].unbiased_variance());
        }
    }
}

}  // namespace

const std::vector<Choice<Recalibration>>& recalibrations() {
    static const std::vector<Choice<Recalibration>> table = {
        {{"none", "running statistics stay as they were merged", ""}, Recalibration::none},
        {{"batches", "the mean over batches of the training part, each alike", "Izmailov et al., UAI 2018"},
         Recalibration::batches},
        {{"exact", "mean and variance of the whole training part, layer by layer: a pass for each normalisation", ""},
         Recalibration::exact},
    };
    return table;
}

Recalibration parse_recalibration(std::string_view name) {
    return choice(recalibrations(), name, "recalibration");
}

bool has_statistics(const nn::Network<float>& network) {
    return !followed_by(network).empty();
}

void recalibrate(nn::Network<float>& network, Recalibration how, const TrainingBatches& batches) {
    for (std::size_t k = 0; how != Recalibration::none && k < network.size(); ++k) {
        if (network.layer(k).kind() != "shared_batch_norm") continue;
        throw ConfigError("layer " + network.layer(k).name() +
                          ": statistics that heads share cannot be taken anew, since each head has samples of its own "
                          "for them; --recalibrate none keeps those of the training");
    }
    if (how == Recalibration::batches) average_batches(network, batches);
    if (how == Recalibration::exact) pool_samples(network, batches);
}

}  // namespace espalier::tickets
