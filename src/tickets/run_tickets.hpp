#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <espalier/training/run/run_summary.hpp>

namespace espalier::tickets {

/// A snapshot that a run says is one of its tickets: a row of /metrics/tickets (docs/formats.md).
struct RunTicket {
    std::int64_t ticket = 0;           ///< 0: the pretrained network; k: phase k's
    std::int64_t step = 0;             ///< the end of its phase
    std::int64_t snapshot = 0;         ///< the step of its snapshot: the same, or an earlier one of the phase
    double validation_accuracy = 0.0;  ///< of that snapshot, as its test accuracy; NaN where there is none
    double test_accuracy = 0.0;
    double density = 0.0;
};

/// The tickets a run has made so far, in the order of training; empty for a run that ends in no phases.
/// @throws FormatError where the table is not one of tickets
std::vector<RunTicket> run_tickets(const training::RunSummary& run);

/// Whether the pretrained network counts as a ticket, as it does where Sup-tickets averages.
enum class Pretrained { included, left_out };

/// Labels of the snapshots that are a run's tickets: `RUN.h5@LABEL` names each; `RUN.h5@tickets` all that leave the
/// pretrained network out.
/// @throws ConfigError where the run has none, with how to get some; FormatError where one of them is not there
std::vector<std::string> tickets_of_run(const std::filesystem::path& run_file,
                                        Pretrained pretrained = Pretrained::included);

}  // namespace espalier::tickets
