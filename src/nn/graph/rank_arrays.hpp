#pragma once

#include <cstdint>

#include <espalier/base/ranks/rank_tree.hpp>
#include <espalier/nn/parameters/parameter_table.hpp>

/// Arrays of a network's parameters summed over ranks and handed out, as messages: all that is trained in one array, so
/// that a step has few messages. Kept weights alone: nothing dense is ever sent.
namespace espalier::nn {

/// The gradients of all ranks' blocks, summed by the tree over ranks: each has all of them.
/// @param have  the ranks that have samples
/// @param flat  memory to work in
template <class T>
void sum_gradients_over_ranks(Communicator& ranks, const ParameterTable<T>& table, const RankMarks& have,
                              AlignedVector<T>& flat);

/// The same where ranks share the optimizer's state (StateShare): each has the sums of what it holds. The other
/// gradients mean nothing then.
template <class T>
void sum_shares_over_ranks(Communicator& ranks, const ParameterTable<T>& table, const RankMarks& have,
                           AlignedVector<T>& flat);

enum class SharedArray : std::uint8_t { values, gradients };

/// What each rank has of an array where it holds the state goes to all others.
template <class T>
void collect_shares(Communicator& ranks, const ParameterTable<T>& table, SharedArray which, AlignedVector<T>& flat);

}  // namespace espalier::nn
