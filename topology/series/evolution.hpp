#pragma once

#include <span>
#include <string>

#include <espalier/topology/files/snapshot_series.hpp>
#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// What became of the connections over a run, from its snapshots: curves with one entry per snapshot, and half-lives.
///
///     steps              of the optimizer; positions in the file where labels are no steps
///     edges              kept weights
///     survival           share of the first mask's edges that are there, or there again
///     survival_unbroken  share of them that were there in every snapshot so far
///     half_life          steps until survival is 0.5, between snapshots by a straight line
///     lags               [k] steps between a snapshot and the k-th after it, mean over the start points
///     survival_by_lag    [k] share of edges still there k snapshots later, without a break, over all start points
///                        together: a curve of the whole run where survival is one of its beginning
///     half_life_by_lag   of that curve
///     turnover           share of edges that the snapshot before had not; null at the first
///     distance_from_start  distance from the first snapshot, by the setting `distance`
///     exploration_rate   R_s: positions that any snapshot so far had, over all positions
///     <track>            numbers of the metric that the setting `track` names, each a curve; the spectral gap
///
/// What happens between two snapshots is not seen: turnover and R_s are lower bounds for a run whose mask changes more
/// often, equal to the run's own where there is a snapshot an update (run files hold the exact R_s in
/// /metrics/topology).
/// The network's values are means over the layers, but edges a sum and R_s that of all layers together.
///
/// @throws FormatError where two snapshots differ in layers or shapes
/// Cost: time and memory linear in the kept weights, of which three snapshots are held at a time; and what `distance`
/// and `track` cost, a snapshot each.
/// Source: definitions.md 6.30 (survival, turnover), 3.10 (R_s: Liu et al., "Do we actually need dense
/// over-parameterization?", ICML 2021, equation 1). Survival by lag counts unbroken stays (a connection that is dropped
/// and grown again is a new one), which is what makes one pass enough.
MetricResult evolution(const SnapshotSeries& series, const Settings& settings);

/// Where a falling curve first reaches 0.5, by a straight line between its points; undefined where it does not.
/// @param at  [points] what the curve is over, ascending
MetricValue half_life(std::span<const double> curve, std::span<const double> at);

}  // namespace espalier::topology
