#include <algorithm>
#include <cmath>

#include <boost/random/uniform_real_distribution.hpp>

#include <espalier/base/threads/threads.hpp>
#include <espalier/robustness/attacks.hpp>

namespace espalier::robustness {
namespace {

double length(std::span<const double> numbers) {
    double sum = 0.0;
    for (const double number : numbers) sum += number * number;
    return std::sqrt(sum);
}

double sign(double number) {
    return number > 0.0 ? 1.0 : number < 0.0 ? -1.0 : 0.0;
}

/// One step of one sample, back into its ball and into [0, 1].
void step(const Attack& attack, std::span<const double> clean, std::span<const double> gradient,
          std::span<double> now) {
    if (attack.norm == Norm::linf) {
        for (std::size_t f = 0; f < now.size(); ++f) {
            now[f] = std::clamp(now[f] + attack.step * sign(gradient[f]), clean[f] - attack.epsilon,
                                clean[f] + attack.epsilon);
        }
    } else {
        const double steep = length(gradient);
        if (steep > 0.0) {
            for (std::size_t f = 0; f < now.size(); ++f) now[f] += attack.step * gradient[f] / steep;
        }
        std::vector<double> away(now.size());
        for (std::size_t f = 0; f < now.size(); ++f) away[f] = now[f] - clean[f];
        const double distance = length(away);
        if (distance > attack.epsilon) {
            for (std::size_t f = 0; f < now.size(); ++f) now[f] = clean[f] + away[f] * (attack.epsilon / distance);
        }
    }
    for (double& value : now) value = std::clamp(value, 0.0, 1.0);
}

}  // namespace

std::vector<Attack> attacks(const AttackSettings& settings) {
    return {
        {"fgsm", Norm::linf, settings.epsilon, settings.epsilon, 1, false},
        {"pgd_linf", Norm::linf, settings.epsilon, settings.epsilon / 4.0, settings.steps, true},
        {"pgd_l2", Norm::l2, settings.epsilon_l2, settings.epsilon_l2 / 5.0, settings.steps, false},
    };
}

std::vector<double> attacked(const Attack& attack, std::span<const double> pixels, std::size_t features,
                             std::span<const double> start, const PixelGradient& gradient) {
    std::vector<double> now(pixels.begin(), pixels.end());
    for (std::size_t k = 0; k < start.size(); ++k) now[k] = std::clamp(now[k] + start[k], 0.0, 1.0);
    std::vector<double> slope(pixels.size());
    for (std::size_t round = 0; round < attack.steps; ++round) {
        gradient(now, slope);
        parallel_for(pixels.size() / features, [&](std::size_t sample) {
            const std::size_t at = sample * features;
            step(attack, pixels.subspan(at, features), std::span<const double>(slope).subspan(at, features),
                 std::span(now).subspan(at, features));
        });
    }
    return now;
}

void draw_start(const Attack& attack, Stream stream, std::span<double> start) {
    boost::random::uniform_real_distribution<double> uniform(-attack.epsilon, attack.epsilon);
    for (double& value : start) value = attack.starts_random ? uniform(stream) : 0.0;
}

}  // namespace espalier::robustness
