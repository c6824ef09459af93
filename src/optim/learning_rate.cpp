#include <algorithm>
#include <cmath>
#include <numbers>

#include <espalier/optim/learning_rate.hpp>

namespace espalier::optim {
namespace {

double share(std::int64_t part, std::int64_t whole) {
    return whole <= 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

double constant(const LearningRate& rate, std::int64_t) {
    return rate.peak;
}

double stepped(const LearningRate& rate, std::int64_t step) {
    const double progress = share(step, rate.total_steps);
    const auto passed = std::ranges::count_if(rate.milestones, [&](double m) { return progress >= m; });
    return rate.peak * std::pow(rate.factor, static_cast<double>(passed));
}

double cosine(const LearningRate& rate, std::int64_t step) {
    const double progress = share(step - rate.warmup_steps, rate.total_steps - rate.warmup_steps);
    return rate.minimum + (rate.peak - rate.minimum) * 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
}

double triangular(const LearningRate& rate, std::int64_t step) {
    const double place = share((step - rate.warmup_steps) % rate.cycle_steps, rate.cycle_steps);
    const double height = 1.0 - std::abs(1.0 - 2.0 * place);
    return rate.minimum + (rate.peak - rate.minimum) * height;
}

}  // namespace

const std::vector<LearningRateSchedule>& learning_rate_schedules() {
    static const std::vector<LearningRateSchedule> table = {
        {{"constant", "the same throughout", ""}, constant},
        {{"step", "times optimizer.factor at each of optimizer.milestones", ""}, stepped},
        {{"cosine", "half a cosine down to optimizer.min_learning_rate", "Loshchilov and Hutter, ICLR 2017"}, cosine},
        {{"cyclical", "triangles between optimizer.min_learning_rate and the learning rate, one each optimizer.cycle",
          "Smith, WACV 2017; as in Yin et al., UAI 2022 (Sup-tickets)"},
         triangular},
    };
    return table;
}

double LearningRate::at(std::int64_t step) const {
    if (step < warmup_steps) return peak * share(step + 1, warmup_steps);
    return schedule->at(*this, step);
}

}  // namespace espalier::optim
