#include <numeric>
#include <span>

#include <espalier/base/random/random.hpp>
#include <espalier/base/random/random_choice.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/data/gather.hpp>
#include <espalier/training/plan/scoring_samples.hpp>

namespace espalier::training {
namespace {

/// The first of each class in a random order of the training set.
std::vector<std::uint32_t> balanced_choice(const ScoringData& data, std::size_t samples_per_class, std::uint64_t seed) {
    std::vector<std::uint32_t> order(data.training.size());
    std::iota(order.begin(), order.end(), static_cast<std::uint32_t>(data.training.begin));
    Stream stream(seed, Purpose::score_samples);
    shuffle(order, stream);
    std::vector<std::size_t> taken(data.dataset.classes, 0);
    std::erase_if(
        order, [&](std::uint32_t sample) { return taken[data.dataset.train.labels[sample]]++ >= samples_per_class; });
    return order;
}

}  // namespace

std::vector<sparsity::Samples> scoring_samples(const ScoringData& data, std::size_t samples_per_class,
                                               std::size_t batches, std::uint64_t seed) {
    const std::vector<std::uint32_t> chosen = balanced_choice(data, samples_per_class, seed);
    if (chosen.size() < batches) {
        throw ConfigError("sparsity.init needs " + std::to_string(batches) + " batches of training samples, but " +
                          data.dataset.name + " has " + std::to_string(chosen.size()) + " samples to train on");
    }
    std::vector<sparsity::Samples> all(batches);
    for (std::size_t b = 0; b < batches; ++b) {
        const std::size_t begin = chosen.size() * b / batches;
        const std::size_t end = chosen.size() * (b + 1) / batches;
        all[b].inputs.resize(data.dataset.train.features, end - begin);
        all[b].labels.resize(end - begin);
        data::gather(data.dataset.train, std::span(chosen).subspan(begin, end - begin), data.standardisation,
                     all[b].inputs.view(), all[b].labels);
    }
    return all;
}

}  // namespace espalier::training
