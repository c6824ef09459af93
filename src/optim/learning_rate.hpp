#pragma once

#include <cstdint>
#include <vector>

#include <espalier/base/text/named.hpp>

namespace espalier::optim {

struct LearningRate;

struct LearningRateSchedule : Named {
    double (*at)(const LearningRate& rate, std::int64_t step);  ///< behind the warm-up
};

/// constant, step, cosine, cyclical.
const std::vector<LearningRateSchedule>& learning_rate_schedules();

/// The learning rate as a pure function of the step, so that a resumed run needs no state.
struct LearningRate {
    const LearningRateSchedule* schedule = &learning_rate_schedules().front();
    double peak = 0.1;               ///< the configured learning rate
    double minimum = 0.0;            ///< where cosine ends; where cyclical starts and ends each cycle
    std::vector<double> milestones;  ///< of step: shares of the training, ascending
    double factor = 0.1;             ///< of step: what each milestone multiplies by
    std::int64_t warmup_steps = 0;   ///< linear from peak / warmup_steps, before the schedule starts
    std::int64_t cycle_steps = 1;    ///< of cyclical
    std::int64_t total_steps = 1;

    /// The rate of step `step` (from 0); after the warm-up:
    /// - step: peak times factor for each milestone m with step >= m * total;
    /// - cosine: minimum + (peak - minimum) * (1 + cos(pi * p)) / 2, p the share of the time after warm-up;
    /// - cyclical: triangular, minimum to peak in the middle of a cycle and back (Sup-tickets' form).
    double at(std::int64_t step) const;
};

}  // namespace espalier::optim
