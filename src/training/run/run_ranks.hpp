#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <espalier/training/run/run.hpp>
#include <espalier/training/trainer/trainer.hpp>

/// A run by several ranks (RunRequest::ranks): rank 0 does what a run does, and alone reads and writes the run file;
/// the others train along. Every rank has the dataset, and reads the checkpoint of a run that is resumed.
namespace espalier::training {

/// Tells the other ranks that the run begins, or goes on from its checkpoint, and looks whether all hold the same data
/// and weights: what differed would not be noticed later. Of rank 0; the others do it in work_along().
/// @param resumed  the step gone on from
/// @throws ConfigError naming the rank that differs
void begin_together(Communicator& ranks, Trainer& trainer, const data::Dataset& dataset,
                    std::optional<std::int64_t> resumed);

/// What a rank other than 0 does of a run. The result has status and steps alone.
RunResult work_along(const RunRequest& request, const data::Dataset& dataset);

/// What the ranks of a run deal among themselves.
Sharing sharing_of(const RunRequest& request);

/// The largest resident memory that this process has had.
std::uint64_t peak_rss_bytes();
/// That of each rank, on rank 0. All ranks call it.
std::vector<std::uint64_t> tell_peak_memory(Communicator& ranks);

/// What rank 0 says, on every rank.
bool as_first_says(Communicator* ranks, bool holds);

}  // namespace espalier::training
