#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include <espalier/base/ranks/rank_tree.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/kernels/random_words.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/nn/graph/passes.hpp>

namespace espalier::nn {

/// Some consecutive samples of a batch.
struct SampleRange {
    std::size_t begin = 0;
    std::size_t end = 0;

    std::size_t size() const { return end - begin; }
};

/// Block k of B of a batch of n samples: [k n / B, (k + 1) n / B), rounded down. Without samples where there are more
/// blocks than samples.
SampleRange block_of(std::size_t samples, std::size_t block, std::size_t blocks);

/// A batch cut into B blocks, each of which goes forward and backward through a network on one thread, with a workspace
/// of its own; the gradient of the batch is the sum of theirs by a binary tree over their numbers (definitions.md 7.9,
/// kernels/tree_sum.hpp).
///
/// Bits depend on B alone: threads take whole blocks, one after the other where there are fewer, and meet only where a
/// layer needs a sum over the batch (Layer::meets). Of one block kernels themselves share their work among threads.
/// Which samples a block has and where its gradient goes are two things (Pass::part, Pass::gradient_slot).
///
/// Of several ranks each works neighbouring blocks, as many as the others, through a network of its own with the same
/// weights, and sums their subtree; the nodes above are summed by messages (base/ranks/rank_tree.hpp), and every rank
/// has the batch's gradient, loss and statistics behind a step, with the bits of one rank. Sums and blocks are those of
/// the whole batch everywhere; only what is called "own" is this rank's.
template <class T>
class Blocks {
  public:
    /// @param count  a power of two
    /// @param ranks  that share the blocks; null: there is one. Outlives this
    /// @throws ConfigError where the ranks do not divide the blocks
    explicit Blocks(std::size_t count = 1, Communicator* ranks = nullptr);

    /// Gradients at every layer stay readable behind a step (Workspace::keep_gradients), of blocks of other ranks at
    /// these layers.
    bool keep_gradients = false;
    std::vector<std::size_t> read_layers;
    /// Ranks share the optimizer's state (StateShare), and a step leaves each the gradients of what it holds alone;
    /// each then moves these weights, and collect_values() gives them to all. collect_gradients() does so with
    /// gradients, for who needs them.
    bool sum_held_alone = false;
    /// Gradients at layers give their memory back before a step (Workspace::is_lean).
    bool is_lean = false;
    /// Marks of this rank that the others are to see; behind a step those of all, or-ed together.
    std::uint64_t marks = 0;

    std::size_t count() const { return count_; }
    /// The blocks of this rank are `own_count` from `own_first` on.
    std::size_t own_first() const { return own_count() * static_cast<std::size_t>(rank_of(ranks_)); }
    std::size_t own_count() const { return blocks_.size(); }
    /// Cuts a batch of so many samples, at least one.
    void cut(std::size_t samples);
    SampleRange operator[](std::size_t block) const { return block_of(samples_, block, count()); }
    /// What a kernel is told of a block's place in the batch.
    kernels::BatchLanes lanes(std::size_t block, kernels::Layout layout) const;

    /// What an own block takes in, and its loss; asked for on the thread that works at the block, others beside it.
    struct Work {
        std::function<kernels::View<const T>(std::size_t block)> inputs;
        /// The loss summed over the block's samples; fills the gradient of the mean over them.
        std::function<kernels::LossSum(std::size_t block, kernels::View<T> outputs, kernels::View<T> gradient)> loss;
    };

    /// Forward and backward: the network's gradients become those of the mean loss of the batch.
    /// @return the sum of the losses, by the same tree
    kernels::LossSum train(Network<T>& network, const Pass& pass, const Work& work);

    /// Gives the memory of activations and gradients at them back until the next step.
    void rest() {
        for (Block& block : blocks_) block.workspace.rest();
    }

    void collect_values(Network<T>& network);
    void collect_gradients(Network<T>& network);

    /// The passes of the last step; those of other ranks only where gradients are kept, and at read_layers alone.
    Passes<T> passes() const;

  private:
    struct Block {
        Workspace<T> workspace;
        Pass pass;
        std::size_t stop = 0;  // the node that this block waits before
        bool is_backward = false;
        kernels::LossSum loss;
    };
    /// What all blocks stop for: a node, and which way they go.
    struct Meeting {
        std::size_t node;
        Way way;
    };
    /// What a block of another rank has left at the layers that are read.
    struct Distant {
        Workspace<T> workspace;
        std::vector<kernels::Activations<T>> inputs, gradients;  // [read layers]
    };

    Block& block(std::size_t k) { return blocks_[k - own_first()]; }
    bool is_split() const { return rank_count(ranks_) > 1; }
    void prepare(Network<T>& network, const Pass& pass);
    /// body(block) for each own one with samples, side by side.
    void for_each(const std::function<void(std::size_t)>& body);
    std::vector<Meeting> meetings(const Network<T>& network) const;
    void turn(Network<T>& network, std::size_t k, const Work& work);
    void meet(Network<T>& network, const Meeting& meeting);
    kernels::LossSum sum_losses();
    void sum_gradients(const Network<T>& network);
    void sum_own_gradients(const Network<T>& network);
    void collect_distant(const Network<T>& network);
    RankMarks ranks_with_samples() const;
    /// of(block) of each own one with samples, else null.
    template <class Place, class Of>
    std::vector<Place> places(const Of& of);

    std::size_t count_;
    Communicator* ranks_;
    std::vector<Block> blocks_;             // own ones
    std::vector<std::thread::id> workers_;  // of each, who had it last: in whose cache it lies
    std::vector<Distant> distant_;          // [count], empty where gradients were never kept
    AlignedVector<T> flat_;                 // all gradients one behind the other, for messages
    std::size_t samples_ = 1;
};

}  // namespace espalier::nn
