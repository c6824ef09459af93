#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <espalier/sweep/agenda.hpp>

namespace espalier::sweep {

/// What several runs said alike in their logs.
struct RunNotice {
    std::string text;  ///< without "espalier: "
    std::vector<std::string> runs;
};

/// How long the logs of runs are before these are started, so that later only what is new is read.
std::vector<std::uintmax_t> log_lengths(const std::vector<Item>& agenda);

/// The distinct notices of the runs that ran, in the order in which they first come; not why a run failed, which is its
/// reason.
/// @param agenda  settled
/// @param starts  bytes of each log that are passed over
std::vector<RunNotice> notices_of_runs(const std::vector<Item>& agenda, const std::vector<std::uintmax_t>& starts);

}  // namespace espalier::sweep
