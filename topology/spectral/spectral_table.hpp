#pragma once

#include <vector>

#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// The entries of spectra and expansion (methods.md 6.4), for metrics().
std::vector<Metric> spectral_metrics();

}  // namespace espalier::topology
