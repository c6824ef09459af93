#pragma once

#include <vector>

#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// The entries of spectra and expansion (definitions.md 6.9 to 6.15), for metrics().
std::vector<Metric> spectral_metrics();

}  // namespace espalier::topology
