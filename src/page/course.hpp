#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <espalier/page/page_runs.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::page {

/// Moments that maps and comparisons over training are made of, at most.
inline constexpr std::size_t most_moments = 12;
/// Kept weights that are held in memory at once, at most: 12 bytes each.
inline constexpr double most_held_edges = 40e6;

/// Topologies of runs of one architecture at moments that all of them have stored.
struct Course {
    std::vector<std::size_t> runs;   ///< places in PageRuns::runs, group by group
    std::vector<std::string> names;  ///< of the moments: "epoch 4"; "start" and "end" where runs have none in common
    std::vector<std::vector<topology::Topology>> at;  ///< [moment][run]; weights at the last moment alone
    std::vector<std::string> left_out;                ///< what is not in it, a line each
    std::vector<char> single = {};  ///< [run] whether it has one snapshot alone, which stands at every moment
    std::string drawn = {};         ///< what has this architecture, where there are others: "conv"

    const std::vector<topology::Topology>& last() const { return at.back(); }
    bool is_empty() const { return at.empty(); }
    /// Whether the run has a start that is another moment than its end.
    bool has_start(std::size_t run) const { return names.size() > 1 && !(run < single.size() && single[run] != 0); }
};

/// The largest set of runs and topologies that have layers of equal shapes, at an even choice of the steps that all of
/// them have snapshots of, the first and the last among them; where that is less than two steps, at each run's own
/// start and end. What has one snapshot stands with it at every moment.
/// @throws FormatError, IoError where a snapshot cannot be read
Course read_course(const PageRuns& all, const Tell& tell);

/// Runs whose layers are shown one by one, at most; and layers of all of them together.
inline constexpr std::size_t most_detailed = 12;
inline constexpr std::size_t most_detailed_layers = 300;

/// All runs of the course, as places in Course::runs; of more than the limits above the first of each group.
/// @param left_out  gets a line where that is not all of them
std::vector<std::size_t> detailed_runs(const Course& course, const PageRuns& all, std::vector<std::string>& left_out);

/// Weights that a run keeps at this density, of all layers; all of them where it is not known.
double kept_weights(const PageRun& run, double density);

/// Snapshots of one run in the order of the labels; the last alone keeps its weights.
/// @throws FormatError, IoError where one cannot be read
std::vector<topology::Topology> read_snapshots(const PageRuns& all, const PageRun& run,
                                               const std::vector<std::string>& labels);

/// "fc1" of "000_fc1", as run files number layers; other names as they are.
std::string plain_layer_name(const std::string& name);

/// An even choice of `most` among so many things, the first and the last among them, ascending.
std::vector<std::size_t> even_choice(std::size_t count, std::size_t most);

}  // namespace espalier::page
