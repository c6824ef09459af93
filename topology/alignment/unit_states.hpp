#pragma once

#include <vector>

#include <espalier/topology/alignment/paired_networks.hpp>
#include <espalier/topology/assignment/cost_matrix.hpp>

namespace espalier::topology {

/// Numbers that describe each hidden unit by its surroundings and do not depend on how units are numbered.
///
/// Inputs and outputs, which are the same units in both networks, get random numbers. Then, round by round, each
/// hidden unit takes what its neighbours on both sides have, times the weights, with its own arrays, through a tanh:
/// refinement of colours with real numbers for colours. Units that exchange places exchange their states; units
/// whose surroundings differ, however far away, have different ones. Each matrix's share is divided by its root mean
/// square, so that weights of all scales count alike.
///
/// Source: ours, as a start of the descent for units that their own weights do not tell apart (none that lead to
/// them, or equal ones); after Weisfeiler and Leman's refinement, 1968.
class UnitStates {
  public:
    /// States of both networks' units.
    /// Cost: per round `width` multiply-adds per edge and side; 2 rounds per group. Memory: 8 * width bytes per unit.
    explicit UnitStates(const PairedNetworks& pair);

    /// Minus the inner product of both networks' states, [units x units].
    CostMatrix costs(std::size_t group) const;

  private:
    static constexpr std::size_t width = 32;
    using States = std::vector<std::vector<double>>;  // of each group [units x width]

    States start(const PairedNetworks& pair, bool of_first) const;
    void refine(const PairedNetworks& pair, bool of_first, States& states) const;

    States first_;
    States second_;
};

}  // namespace espalier::topology
