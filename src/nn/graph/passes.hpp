#pragma once

#include <vector>

#include <espalier/nn/graph/workspace.hpp>

namespace espalier::nn {

/// The passes that a step's gradient is summed from: one over the whole batch, or one over each of its blocks, in
/// order (blocks.hpp). Their workspaces must outlive it.
template <class T>
class Passes {
  public:
    Passes(const Workspace<T>& whole) : blocks_{&whole} {}  // NOLINT(google-explicit-constructor): of one pass it is it
    /// @param blocks  null where a block has no samples
    explicit Passes(std::vector<const Workspace<T>*> blocks) : blocks_(std::move(blocks)) {}

    std::size_t count() const { return blocks_.size(); }
    /// Null where the block has no samples.
    const Workspace<T>* operator[](std::size_t block) const { return blocks_[block]; }

  private:
    std::vector<const Workspace<T>*> blocks_;
};

}  // namespace espalier::nn
