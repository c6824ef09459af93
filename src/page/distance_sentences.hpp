#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <espalier/page/page_runs.hpp>
#include <espalier/topology/distance/distance_matrix.hpp>

namespace espalier::page {

/// What a row of the map is.
struct Member {
    std::size_t group = 0;
    std::int64_t seed = 0;
    bool is_run = true;  ///< else a topology without a seed
};
std::vector<Member> members_of(const std::vector<std::size_t>& runs, const PageRuns& all);

/// Mean over the pairs of different seeds of one group; NaN where there is none.
double mean_between_seeds(const topology::DistanceMatrix::Square& distances, const std::vector<Member>& members);

/// How far runs are apart: those of one seed across groups against those of different seeds, and pairs that are equal.
std::string between_sentence(const topology::DistanceMatrix::Square& distances, const std::vector<Member>& members);

/// How far a run has moved from its first mask, and from one moment to the next, early and late.
std::string within_sentence(const topology::DistanceMatrix::Square& distances, const std::string& label);

}  // namespace espalier::page
