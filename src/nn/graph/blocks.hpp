#pragma once

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

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
template <class T>
class Blocks {
  public:
    /// @param count  a power of two
    explicit Blocks(std::size_t count = 1);

    /// Gradients at every layer stay readable behind a step (Workspace::keep_gradients).
    bool keep_gradients = false;

    std::size_t count() const { return blocks_.size(); }
    /// Cuts a batch of so many samples, at least one.
    void cut(std::size_t samples);
    SampleRange operator[](std::size_t block) const { return block_of(samples_, block, count()); }
    /// What a kernel is told of a block's place in the batch.
    kernels::BatchLanes lanes(std::size_t block, kernels::Layout layout) const;

    /// What a block takes in, and its loss; asked for on the thread that works at the block, others beside it.
    struct Work {
        std::function<kernels::View<const T>(std::size_t block)> inputs;
        /// The loss summed over the block's samples; fills the gradient of the mean over them.
        std::function<kernels::LossSum(std::size_t block, kernels::View<T> outputs, kernels::View<T> gradient)> loss;
    };

    /// Forward and backward: the network's gradients become those of the mean loss of the batch.
    /// @return the sum of the losses, by the same tree
    kernels::LossSum train(Network<T>& network, const Pass& pass, const Work& work);

    /// The passes of the last step.
    Passes<T> passes() const;

  private:
    struct Block {
        Workspace<T> workspace;
        Pass pass;
        std::size_t stop = 0;  // the node that this block waits before
        bool is_backward = false;
        kernels::LossSum loss;
    };

    void prepare(Network<T>& network, const Pass& pass);
    /// body(block) for each with samples, side by side.
    void for_each(const std::function<void(std::size_t)>& body);
    void turn(Network<T>& network, std::size_t k, const Work& work);
    void meet(Network<T>& network);
    void sum_gradients(const Network<T>& network);
    /// of(block) of each with samples, else null.
    template <class Place, class Of>
    std::vector<Place> places(const Of& of);

    std::vector<Block> blocks_;
    std::vector<std::thread::id> workers_;  // [blocks] who had it last: in whose cache it lies
    std::size_t samples_ = 1;
};

}  // namespace espalier::nn
