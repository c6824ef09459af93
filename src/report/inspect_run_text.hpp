#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include <espalier/training/run/run_summary.hpp>

namespace espalier::report {

/// A run for people: how it stands, what was trained, how well, its layers as they were last, its snapshots and
/// tickets.
std::string run_in_words(const training::RunSummary& run, const std::filesystem::path& path);

/// The density a layer had last, by its position in the network; NaN where none was recorded.
double last_density(const training::RunSummary& run, std::size_t layer);

}  // namespace espalier::report
