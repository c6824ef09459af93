#pragma once

#include <cstddef>

#include <espalier/tickets/predictions.hpp>

namespace espalier::tickets {

/// Expected calibration error: examples are put into equal bins of confidence (the probability of the predicted class);
/// the sum over bins of their share times |accuracy - mean confidence|. In [0, 1].
///
/// Bins are right-closed: bin b of n holds ((b - 1) / n, b / n].
/// Source: Naeini et al., AAAI 2015; Guo et al., ICML 2017; definitions.md 5.9. The FreeTickets program's 15 edges make
/// 14 bins; ours are 15.
double expected_calibration_error(const Predictions& predictions, std::size_t bins = 15);

}  // namespace espalier::tickets
