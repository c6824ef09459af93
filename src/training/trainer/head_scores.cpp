#include <espalier/training/trainer/head_scores.hpp>

namespace espalier::training {

void HeadScores::add(kernels::View<const float> outputs, std::span<const std::uint32_t> labels) {
    const std::size_t classes = outputs.features / heads();
    std::vector<std::size_t> named(heads());
    for (std::size_t lane = 0; lane < outputs.lanes; ++lane) {
        for (std::size_t h = 0; h < heads(); ++h) {
            named[h] = 0;
            for (std::size_t c = 1; c < classes; ++c) {
                const auto value = [&](std::size_t k) { return outputs.row(h * classes + k)[lane]; };
                if (value(c) > value(named[h])) named[h] = c;
            }
            correct_[h] += named[h] == labels[lane] ? 1 : 0;
            for (std::size_t other = 0; other < h; ++other) differing_ += named[h] != named[other] ? 1 : 0;
        }
    }
    samples_ += outputs.lanes;
}

std::vector<double> HeadScores::accuracies() const {
    std::vector<double> shares;
    for (const std::size_t correct : correct_)
        shares.push_back(static_cast<double>(correct) / static_cast<double>(samples_));
    return shares;
}

double HeadScores::disagreement() const {
    const std::size_t pairs = heads() * (heads() - 1) / 2;
    return static_cast<double>(differing_) / static_cast<double>(pairs * samples_);
}

}  // namespace espalier::training
