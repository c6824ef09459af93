#pragma once

#include <espalier/topology/alignment/paired_networks.hpp>
#include <espalier/topology/alignment/permutation.hpp>
#include <espalier/topology/assignment/cost_matrix.hpp>

namespace espalier::topology {

/// How much unit i of the first network and unit j of the second are alike, for all units of a group, as costs: minus
/// the inner product of everything that belongs to them, where units of the neighbouring groups have the places that
/// `permutations` gives them. What leads to a group whose permutation is empty does not count.
///
/// With W the weights, A first and B second network, P the permutations and l the group:
///     W_l^A P_{l-1} (W_l^B)^T + (W_{l+1}^A)^T P_{l+1}^T W_{l+1}^B + sum over arrays a^A (a^B)^T
///
/// Sums go over the first network's neighbours in their order, so that renumbering the second network renumbers the
/// columns and changes no bit.
/// Cost: the sum over neighbours of fan-outs of both networks, rows dealt to threads. [units x units] doubles.
CostMatrix unit_costs(const PairedNetworks& pair, std::size_t group, const Permutations& permutations);

/// What the matrices and arrays have in common where the second network's units have these places: each matrix's inner
/// product, then each array's.
/// Cost: O(edges of both), rows dealt to threads.
std::vector<double> agreement_terms(const PairedNetworks& pair, const Permutations& permutations);

/// The terms that depend on one group, renewed.
void renew_agreement_terms(const PairedNetworks& pair, const Permutations& permutations, std::size_t group,
                           std::vector<double>& terms);

/// Nothing can agree more: the sum of the products of both norms, matrix by matrix and array by array.
double agreement_bound(const PairedNetworks& pair);

}  // namespace espalier::topology
