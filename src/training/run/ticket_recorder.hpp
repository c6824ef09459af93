#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <espalier/training/run/run_file.hpp>
#include <espalier/training/state/checkpoint.hpp>
#include <espalier/training/trainer/trainer.hpp>

namespace espalier::training {

/// Says in the run file which snapshots are the run's tickets (/metrics/tickets): of each phase the last one, or the
/// one best on validation, the first of equals.
class TicketRecorder {
  public:
    TicketRecorder(const config::RunConfig& config, Trainer& trainer, RunFile& file)
        : choose_best_(config.tickets.choose == "best"), trainer_(trainer), file_(file) {}

    /// After a step that has both: a row where a phase ends.
    void consider(const std::optional<Score>& validation, const Score& test);

    /// Steps whose snapshots are the tickets so far, ticket 0 first.
    const std::vector<std::int64_t>& snapshots() const { return snapshots_; }

    void save(CheckpointWriter& checkpoint) const;
    void load(const CheckpointReader& checkpoint);

  private:
    /// The snapshot that would be the running phase's ticket.
    struct Candidate {
        std::int64_t step = 0;
        double merit = 0.0;  ///< what the phases' best is best in; higher is better
        double validation_accuracy = 0.0;
        double test_accuracy = 0.0;
        double density = 0.0;
    };
    double merit(const std::optional<Score>& validation) const;

    bool choose_best_;
    Trainer& trainer_;
    RunFile& file_;
    std::optional<Candidate> candidate_;
    std::vector<std::int64_t> snapshots_;
};

}  // namespace espalier::training
