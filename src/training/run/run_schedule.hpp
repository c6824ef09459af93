#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <espalier/training/plan/plan.hpp>
#include <espalier/training/trainer/trainer.hpp>

namespace espalier::training {

/// What comes behind the step just done, as far as configuration and step say it: all ranks of a run know it alike.
class RunSchedule {
  public:
    /// @param trainer outlives this
    RunSchedule(const config::RunConfig& config, const Trainer& trainer)
        : trainer_(trainer),
          evaluate_every_(config.training.evaluate_every.in_steps(trainer.steps_per_epoch())),
          snapshot_every_(config.snapshots.every.in_steps(trainer.steps_per_epoch())),
          snapshots_at_(snapshot_steps(config, trainer.steps_per_epoch())) {
        if (config.training.checkpoint_every != "auto")
            checkpoint_every_ = Duration::parse(config.training.checkpoint_every).in_steps(trainer.steps_per_epoch());
    }

    bool saves_at_fixed_times() const { return checkpoint_every_ > 0; }
    /// A checkpoint may be written here, at other than fixed times where it is cheap.
    bool may_save(bool epoch_ends) const {
        return saves_at_fixed_times() ? trainer_.step() % checkpoint_every_ == 0 : epoch_ends;
    }

    bool ends_epoch() const { return trainer_.step() % trainer_.steps_per_epoch() == 0; }
    /// The step ends a phase that leaves a ticket, or the pretraining: it has an evaluation and a snapshot.
    bool ends_phase() const { return trainer_.phases().ticket(trainer_.step()).has_value(); }
    bool evaluates() const { return is_due(evaluate_every_) || ends_phase(); }
    bool takes_snapshot() const {
        return is_due(snapshot_every_) || std::ranges::binary_search(snapshots_at_, trainer_.step()) || ends_phase();
    }

  private:
    bool is_due(std::int64_t every) const { return trainer_.is_done() || (every > 0 && trainer_.step() % every == 0); }

    const Trainer& trainer_;
    std::int64_t evaluate_every_;
    std::int64_t snapshot_every_;
    std::vector<std::int64_t> snapshots_at_;  // ascending
    std::int64_t checkpoint_every_ = 0;       // 0: whenever it is cheap
};

}  // namespace espalier::training
