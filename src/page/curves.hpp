#pragma once

#include <vector>

#include <espalier/page/bands.hpp>
#include <espalier/page/page_runs.hpp>

namespace espalier::page {

/// Curves over training, a band a group: test_accuracy, validation_accuracy, test_loss, validation_loss, train_loss,
/// density, exploration_rate, flops (of a sample, as the masks are at that moment), seconds. Those that no run has are
/// left out.
std::vector<BandChart> curves(const PageRuns& runs);

}  // namespace espalier::page
