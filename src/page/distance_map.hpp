#pragma once

#include <string>
#include <vector>

#include <espalier/page/course.hpp>
#include <espalier/page/numbers.hpp>
#include <espalier/topology/distance/distance_matrix.hpp>

namespace espalier::page {

/// Matchings that maps may take, in units of matching_work(): some 20 s on one core.
inline constexpr double most_matching_work = 4e8;

/// Sparse topology distances between the runs of a course at each moment, and within each run between its moments.
struct DistanceMap {
    using Square = topology::DistanceMatrix::Square;

    std::string metric;                    ///< "nnstd", or of networks with shortcuts "nnstd_layerwise"
    std::vector<std::size_t> runs;         ///< places in PageRuns::runs
    std::vector<std::size_t> moments;      ///< places in Course::names
    std::vector<Square> between;           ///< [moment][run][run]
    std::vector<Square> within;            ///< [run][moment][moment]; empty where there is one moment, or no time
    std::vector<std::size_t> within_runs;  ///< places in PageRuns::runs, of those with several snapshots
    std::vector<std::size_t> clusters;  ///< the runs' order in the map that puts what is close side by side, at the end
    std::vector<std::string> left_out;

    bool is_empty() const { return moments.empty(); }  ///< there is no time, or nothing to compare
};

/// Which distances are computed.
struct MapPlan {
    std::vector<std::size_t> runs;     ///< places in Course::runs
    std::vector<std::size_t> moments;  ///< places in Course::names
    bool has_within = false;           ///< the moments of each run against each other
    std::vector<std::string> left_out;
};

/// Fewer moments, then fewer runs, then the last moment alone, until the work is within most_matching_work; nothing
/// where one distance is beyond it.
/// @param one  matching_work() of one distance
MapPlan plan_map(double one, std::size_t runs, std::size_t moments);

/// @pre the course is not empty
/// Cost: bounded by most_matching_work (plan_map).
DistanceMap distance_map(const Course& course, const Tell& tell);

/// An order that keeps clusters together: the two closest are joined until one is left, distances between clusters
/// being the mean over their pairs (average linkage). O(n^3).
std::vector<std::size_t> cluster_order(const DistanceMap::Square& distances);

/// The map as the page has it: upper triangles, row by row, three digits; a sentence for each moment and each run.
Json distance_map_json(const DistanceMap& map, const Course& course, const PageRuns& all);

/// Mean distance between seeds of one group, at the first and the last moment; NaN where no group has two seeds.
struct SeedDistance {
    double first;
    double last;
};
SeedDistance seed_distance(const DistanceMap& map, const PageRuns& all);

}  // namespace espalier::page
