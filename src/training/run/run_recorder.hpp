#pragma once

#include <optional>
#include <vector>

#include <espalier/training/logs/run_log.hpp>
#include <espalier/training/run/best_evaluations.hpp>
#include <espalier/training/run/run_file.hpp>
#include <espalier/training/trainer/trainer.hpp>

namespace espalier::training {

/// The layers of a network as a run file lists them.
std::vector<LayerInfo> layer_infos(nn::Network<float>& network, const NetworkPlan& plan);

/// Puts what happens in training into the run file and the logs, and remembers what the result needs of it.
class RunRecorder {
  public:
    RunRecorder(Trainer& trainer, RunFile& file, RunLogs& logs, bool snapshot_weights)
        : trainer_(trainer), file_(file), logs_(logs), snapshot_weights_(snapshot_weights) {}

    /// A row of /metrics/train: mean loss and accuracy of the epoch's batches. Starts the next epoch's sums.
    void end_of_epoch(double seconds);

    /// Rows of /metrics/eval for validation (where there is one) and test.
    void evaluation();

    /// Rows of /metrics/topology for every layer with weights and, as layer -1, the whole network. Without changes:
    /// the state at the start.
    void topology(const std::vector<LayerChange>& changes);

    void snapshot();

    /// What evaluations have found; a checkpoint keeps it.
    BestEvaluations& best() { return best_; }
    const std::optional<Score>& last_validation() const { return last_validation_; }
    const std::optional<Score>& last_test() const { return last_test_; }

  private:
    double epoch() const;
    /// What every row of a log has.
    LogRow log_row(const char* kind);

    Trainer& trainer_;
    RunFile& file_;
    RunLogs& logs_;
    bool snapshot_weights_;
    BestEvaluations best_;
    std::optional<Score> last_validation_;
    std::optional<Score> last_test_;
};

}  // namespace espalier::training
