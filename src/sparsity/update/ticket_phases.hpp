#pragma once

#include <cstdint>
#include <optional>

namespace espalier::sparsity {

/// The end of a run as phases that each leave a cheap ticket (Yin et al., UAI 2022: Sup-tickets; Liu et al., ICLR 2022:
/// FreeTickets' EDST): pure functions of the step.
///
///     0 .......... pretraining .......... begin . phase 1 . | . phase 2 . | ... | . phase K . end
///                                          ^ ticket 0        ^ ticket 1                       ^ ticket K
///
/// A ticket is the network at the end of its phase. Right after it, before the next phase's first step, comes one large
/// topology update (an "escape"). Everything that is said as a share of the training is a share of the pretraining.
struct TicketPhases {
    std::int64_t begin = 0;      ///< optimizer steps of the pretraining
    std::int64_t length = 0;     ///< steps of one phase
    std::int64_t count = 0;      ///< K; 0: no phases, the run is the plain one
    double drop_fraction = 0.0;  ///< of the large updates; 0: there are none
    bool updates = false;        ///< ordinary topology updates go on, with the fraction they began with

    /// As many whole phases as fit into the share of the steps, and at least one step before them.
    static TicketPhases of(std::int64_t total_steps, double share, std::int64_t length);

    /// True of the steps done where phases have begun; of a step's number from 0 where that step belongs to one.
    bool have_begun(std::int64_t step) const { return count > 0 && step >= begin; }

    /// Place of step number `step` (from 0) in its phase, from 0.
    std::int64_t position(std::int64_t step) const { return (step - begin) % length; }

    /// The ticket that a run has after so many steps: 0 is the pretrained network, k the end of phase k.
    std::optional<std::int64_t> ticket(std::int64_t step) const;

    /// A large update comes after so many steps.
    bool update_largely(std::int64_t step) const { return drop_fraction > 0.0 && ticket(step).value_or(count) < count; }
};

}  // namespace espalier::sparsity
