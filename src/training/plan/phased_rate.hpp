#pragma once

#include <espalier/optim/learning_rate.hpp>
#include <espalier/sparsity/update/ticket_phases.hpp>

namespace espalier::training {

/// The learning rate of a whole run: the optimizer's schedule up to the ticket phases, the phases' own in each of them.
struct PhasedRate {
    optim::LearningRate before;  ///< its total is the pretraining
    optim::LearningRate within;  ///< its total and its cycle are one phase
    sparsity::TicketPhases phases;

    /// The rate of step `step` (from 0).
    double at(std::int64_t step) const {
        return phases.have_begun(step) ? within.at(phases.position(step)) : before.at(step);
    }
};

}  // namespace espalier::training
