#pragma once

#include <optional>
#include <string>

#include <espalier/topology/graph/biadjacency.hpp>

namespace espalier::topology {

/// What the bounds on expansion are made of: sizes without dead neurons, and the two largest singular values.
struct LeadingPair {
    double inputs = 0;   ///< |L+|
    double outputs = 0;  ///< |R+|
    double edges = 0;
    double sigma_1 = 0;
    double sigma_2 = 0;  ///< counted with multiplicity: equal to sigma_1 where two components share it

    /// Mean fan-out of inputs that have edges.
    double input_degree() const { return edges / inputs; }
    /// Mean fan-in of outputs that have edges.
    double output_degree() const { return edges / outputs; }
    /// Alon-Boppana for bipartite graphs: sqrt(d_L - 1) + sqrt(d_R - 1), mean degrees.
    double ramanujan_bound() const;
    /// 2 sqrt(sigma_1 - 1); nothing where sigma_1 < 1, which weights alone can bring about.
    std::optional<double> delta_s_bound() const;
};

/// Cost: see leading_singular_values.
LeadingPair leading_pair(const Biadjacency& matrix);

/// The bounds hold for mean degrees of at least 3 on both sides, dead neurons apart; nothing where they do, else why
/// not.
std::optional<std::string> why_no_bound(const Biadjacency& matrix);

}  // namespace espalier::topology
