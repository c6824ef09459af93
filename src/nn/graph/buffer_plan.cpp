#include <algorithm>

#include <espalier/nn/graph/buffer_plan.hpp>
#include <espalier/nn/models/spec.hpp>

namespace espalier::nn {
namespace {

/// Numbers that are handed out, the smallest free one first, and come back.
class FreeBuffers {
  public:
    std::size_t take() {
        const auto free = std::ranges::find(taken_, false);
        if (free == taken_.end()) {
            taken_.push_back(true);
            return taken_.size() - 1;
        }
        *free = true;
        return static_cast<std::size_t>(free - taken_.begin());
    }
    void give_back(std::size_t buffer) { taken_[buffer] = false; }
    std::size_t count() const { return taken_.size(); }

  private:
    std::vector<bool> taken_;
};

/// Readers of the buffer that each node's output lies in, those of all nodes that share it.
std::vector<std::size_t> outputs_by_last_reader(const std::vector<PlannedNode>& nodes, const std::vector<bool>& shares,
                                                std::size_t& buffers) {
    std::vector<std::size_t> unread = reader_counts(nodes);
    std::vector<std::size_t> buffer(nodes.size());
    FreeBuffers free;
    for (std::size_t k = 0; k < nodes.size(); ++k) {
        buffer[k] = shares[k] ? buffer[nodes[k].inputs[0]] : free.take();
        for (const std::size_t input : nodes[k].inputs) {
            if (input == network_input || --unread[input] > 0) continue;
            if (buffer[input] != buffer[k]) free.give_back(buffer[input]);
        }
    }
    buffers = free.count();
    return buffer;
}

/// Buffers of gradients, which several nodes may share: each comes back behind the last of them.
class GradientBuffers {
  public:
    GradientBuffers(std::size_t nodes, bool keep) : keep_(keep) {
        for (std::size_t k = 0; keep && k < nodes; ++k) free_.take();  // its own for each, and more for those beside
    }
    std::size_t of_node(std::size_t node) {
        const std::size_t buffer = keep_ ? node : free_.take();
        hold(buffer);
        return buffer;
    }
    void hold(std::size_t buffer) {
        if (buffer >= holders_.size()) holders_.resize(buffer + 1);
        ++holders_[buffer];
    }
    void release(std::size_t buffer) {
        if (--holders_[buffer] == 0 && !keep_) free_.give_back(buffer);
    }
    std::size_t take() { return free_.take(); }
    void give_back(std::size_t buffer) { free_.give_back(buffer); }
    std::size_t count() const { return free_.count(); }

  private:
    bool keep_;
    FreeBuffers free_;
    std::vector<std::size_t> holders_;
};

/// Whether what node k passes back may be one memory for its first input and another one. The one of both that the
/// backward pass comes to first must leave it as it is and nobody else add to it before; who adds to the other one must
/// come behind that.
bool can_share(const std::vector<PlannedNode>& nodes, const std::vector<std::size_t>& readers,
               const std::vector<bool>& shares, std::size_t k, std::size_t input) {
    const std::size_t first = nodes[k].inputs[0];
    if (!nodes[k].passes_gradient || !shares[k] || nodes[k].inputs.size() != 2 || first == input) return false;
    const std::size_t sooner = std::max(first, input);
    const std::size_t later = std::min(first, input);
    if (shares[sooner] || readers[sooner] != 1) return false;
    for (std::size_t n = sooner; n < k; ++n) {
        if (std::ranges::find(nodes[n].inputs, later) != nodes[n].inputs.end()) return false;
    }
    return true;
}

void plan_gradients(const std::vector<PlannedNode>& nodes, const std::vector<bool>& shares, bool keep,
                    BufferPlan& plan) {
    constexpr std::size_t nobody = ~std::size_t{0};
    const std::vector<std::size_t> readers = reader_counts(nodes);
    plan.gradients.assign(nodes.size(), nobody);
    GradientBuffers buffers(nodes.size(), keep);
    plan.gradients.back() = buffers.of_node(nodes.size() - 1);
    for (std::size_t k = nodes.size(); k-- > 0;) {
        std::vector<std::size_t>& beside = plan.beside[k];
        for (std::size_t i = 0; i < nodes[k].inputs.size(); ++i) {
            const std::size_t input = nodes[k].inputs[i];
            if (input == network_input) continue;
            const bool begun = plan.gradients[input] != nobody;
            const bool is_same = i == 0 && shares[k];
            if (is_same || (!begun && !keep && can_share(nodes, readers, shares, k, input))) {
                plan.gradients[input] = plan.gradients[k];
                buffers.hold(plan.gradients[k]);
            } else if (!begun) {
                plan.gradients[input] = buffers.of_node(input);
            } else if (i == 0 && nodes[k].adds_gradient) {
                beside[i] = BufferPlan::onto;
            } else {
                beside[i] = buffers.take();
            }
        }
        for (const std::size_t buffer : beside) {
            if (buffer != BufferPlan::direct && buffer != BufferPlan::onto) buffers.give_back(buffer);
        }
        buffers.release(plan.gradients[k]);
    }
    plan.buffers = std::max(plan.buffers, buffers.count());
}

}  // namespace

std::vector<std::size_t> reader_counts(const std::vector<PlannedNode>& nodes) {
    std::vector<std::size_t> counts(nodes.size(), 0);
    for (const PlannedNode& node : nodes) {
        for (const std::size_t input : node.inputs) {
            if (input != network_input) ++counts[input];
        }
    }
    return counts;
}

std::vector<bool> sharing_nodes(const std::vector<PlannedNode>& nodes) {
    const std::vector<std::size_t> readers = reader_counts(nodes);
    std::vector<bool> shares(nodes.size(), false);
    for (std::size_t k = 0; k < nodes.size(); ++k) {
        const std::size_t first = nodes[k].inputs[0];
        if (first == network_input || readers[first] != 1) continue;
        shares[k] =
            nodes[k].in_place == InPlace::over_all || (nodes[k].in_place == InPlace::over_fresh && !shares[first]);
    }
    return shares;
}

BufferPlan plan_buffers(const std::vector<PlannedNode>& nodes, bool keep_outputs, bool keep_gradients) {
    const std::vector<bool> shares = sharing_nodes(nodes);
    BufferPlan plan;
    for (const PlannedNode& node : nodes) plan.beside.emplace_back(node.inputs.size(), BufferPlan::direct);
    if (keep_outputs) {
        for (std::size_t k = 0; k < nodes.size(); ++k)
            plan.outputs.push_back(shares[k] ? plan.outputs[nodes[k].inputs[0]] : k);
        plan.buffers = nodes.size();
    } else {
        plan.outputs = outputs_by_last_reader(nodes, shares, plan.buffers);
    }
    plan_gradients(nodes, shares, keep_gradients, plan);
    return plan;
}

}  // namespace espalier::nn
