#include <set>

#include <espalier/nn/graph/buffer_plan.hpp>
#include <espalier/nn/models/spec.hpp>

#include "support.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

/// Linear, activation in place, ... with a linear layer at the end.
std::vector<PlannedNode> chain(std::size_t hidden) {
    std::vector<PlannedNode> nodes;
    for (std::size_t k = 0; k < 2 * hidden + 1; ++k) {
        nodes.push_back({{k - 1}, k % 2 == 1 ? InPlace::over_all : InPlace::no});
    }
    return nodes;
}

/// Random nodes that each take one to three outputs before; the last takes all that nobody read.
std::vector<PlannedNode> random_nodes(Stream& stream) {
    std::vector<PlannedNode> nodes;
    const std::size_t count = 2 + stream.below(12);
    std::set<std::size_t> unread;
    for (std::size_t k = 0; k < count; ++k) {
        PlannedNode node;
        for (std::size_t i = 0; i < 1 + stream.below(3); ++i)
            node.inputs.push_back(k == 0 ? network_input : stream.below(k));
        if (k + 1 == count) node.inputs.insert(node.inputs.end(), unread.begin(), unread.end());
        for (const std::size_t input : node.inputs) unread.erase(input);
        unread.insert(k);
        node.in_place = static_cast<InPlace>(stream.below(3));
        nodes.push_back(node);
    }
    return nodes;
}

/// Walks the plan as a network would: nobody may write over what somebody still reads.
void check_outputs(const std::vector<PlannedNode>& nodes, const BufferPlan& plan) {
    const std::vector<bool> shares = sharing_nodes(nodes);
    std::vector<std::size_t> holds(plan.buffers, network_input);  // whose output each buffer has
    for (std::size_t k = 0; k < nodes.size(); ++k) {
        for (const std::size_t input : nodes[k].inputs) {
            if (input != network_input) CHECK(holds[plan.outputs[input]] == input);
        }
        if (shares[k]) CHECK(plan.outputs[k] == plan.outputs[nodes[k].inputs[0]]);
        for (const std::size_t input : nodes[k].inputs) {
            if (input != network_input && !(shares[k] && input == nodes[k].inputs[0]))
                CHECK(plan.outputs[input] != plan.outputs[k]);
        }
        holds[plan.outputs[k]] = k;
    }
}

void check_gradients_arrive(const std::vector<PlannedNode>& nodes, const BufferPlan& plan) {
    const std::vector<bool> shares = sharing_nodes(nodes);
    std::vector<std::size_t> holds(plan.buffers, network_input);
    std::vector<bool> begun(nodes.size(), false);
    holds[plan.gradients.back()] = nodes.size() - 1;
    begun.back() = true;
    for (std::size_t k = nodes.size(); k-- > 0;) {
        CHECK(begun[k]);
        CHECK(holds[plan.gradients[k]] == k);  // complete, and nobody wrote over it
        std::set<std::size_t> written;
        for (std::size_t i = 0; i < nodes[k].inputs.size(); ++i) {
            const std::size_t input = nodes[k].inputs[i];
            if (input == network_input) continue;
            const bool beside = plan.beside[k][i] != BufferPlan::direct;
            CHECK(beside == begun[input]);
            const std::size_t buffer = beside ? plan.beside[k][i] : plan.gradients[input];
            const bool in_place = i == 0 && shares[k];
            CHECK(((buffer == plan.gradients[k]) == in_place));
            CHECK(written.insert(buffer).second);
            for (std::size_t other = 0; other < k; ++other) {  // what was begun stays
                if (other != input && begun[other]) CHECK(plan.gradients[other] != buffer);
            }
            if (!beside) holds[buffer] = input;
            begun[input] = true;
        }
    }
}

/// What a gradient is, by all that was added to it.
using Terms = std::multiset<std::size_t>;

/// What a node gives back to an input for what came to its output.
Terms given_back(const PlannedNode& node, std::size_t k, std::size_t i, const Terms& came) {
    if (node.passes_gradient) return came;
    std::size_t mixed = 31 * k + i;
    for (const std::size_t term : came) mixed = (mixed ^ term) * 0x9E3779B97F4A7C15U;
    return {mixed};
}

/// Runs the backward pass in the plan's buffers; every node must find what it finds where each has its own.
void check_sums_arrive(const std::vector<PlannedNode>& nodes, const BufferPlan& plan) {
    std::vector<Terms> own(nodes.size());
    own.back() = {1};
    for (std::size_t k = nodes.size(); k-- > 0;) {
        for (std::size_t i = 0; i < nodes[k].inputs.size(); ++i) {
            if (nodes[k].inputs[i] != network_input) own[nodes[k].inputs[i]].merge(given_back(nodes[k], k, i, own[k]));
        }
    }
    std::vector<Terms> buffers(plan.buffers);
    buffers[plan.gradients.back()] = {1};
    for (std::size_t k = nodes.size(); k-- > 0;) {
        const Terms came = buffers[plan.gradients[k]];
        CHECK(came == own[k]);
        for (std::size_t i = 0; i < nodes[k].inputs.size(); ++i) {
            const std::size_t input = nodes[k].inputs[i];
            if (input == network_input) continue;
            Terms back = given_back(nodes[k], k, i, came);
            const std::size_t beside = plan.beside[k][i];
            if (beside == BufferPlan::direct) {
                buffers[plan.gradients[input]] = std::move(back);
            } else {
                if (beside != BufferPlan::onto) buffers[beside] = back;
                buffers[plan.gradients[input]].merge(std::move(back));
            }
        }
    }
}

}  // namespace

TEST_CASE("buffer plan: a chain takes two buffers, as many as linear layers where all is kept", "[nn]") {
    for (const std::size_t hidden : {1U, 2U, 7U}) {
        const std::vector<PlannedNode> nodes = chain(hidden);
        const BufferPlan least = plan_buffers(nodes, false, false);
        CHECK(least.buffers == 2);
        const BufferPlan kept = plan_buffers(nodes, true, true);
        CHECK(std::set<std::size_t>(kept.outputs.begin(), kept.outputs.end()).size() == hidden + 1);
        CHECK(std::set<std::size_t>(kept.gradients.begin(), kept.gradients.end()).size() == hidden + 1);
    }
}

TEST_CASE("buffer plan: a residual stream of any depth takes as many buffers as one block", "[nn]") {
    const auto buffers_of = [](std::size_t blocks) {
        std::vector<PlannedNode> nodes = {{{network_input}, InPlace::no}};
        for (std::size_t block = 0; block < blocks; ++block) {
            const std::size_t stream = nodes.size() - 1;
            nodes.push_back({{stream}, InPlace::no});
            nodes.push_back({{stream + 1}, InPlace::over_all});
            nodes.push_back({{stream + 2}, InPlace::no});
            nodes.push_back({{stream + 3, stream}, InPlace::over_fresh});
        }
        return plan_buffers(nodes, false, false).buffers;
    };
    CHECK(buffers_of(1) == 3);
    CHECK(buffers_of(20) == 3);
}

TEST_CASE("buffer plan: what a sum passes back to a block and past it lies in one buffer", "[nn]") {
    // convolution, block of two convolutions with an activation between, sum, activation, linear
    const std::vector<PlannedNode> nodes = {{{network_input}},
                                            {{0}, InPlace::no, true},
                                            {{1}, InPlace::over_all},
                                            {{2}, InPlace::no, true},
                                            {{3, 0}, InPlace::over_fresh, false, true},
                                            {{4}, InPlace::over_all},
                                            {{5}}};
    const BufferPlan plan = plan_buffers(nodes, true, false);
    CHECK(plan.gradients[3] == plan.gradients[4]);
    CHECK(plan.gradients[0] == plan.gradients[4]);
    CHECK(plan.beside[1][0] == BufferPlan::onto);
    check_sums_arrive(nodes, plan);
    const BufferPlan kept = plan_buffers(nodes, true, true);
    CHECK(kept.gradients[0] != kept.gradients[4]);
    check_sums_arrive(nodes, kept);
}

TEST_CASE("buffer plan: who works in place", "[nn]") {
    const std::vector<PlannedNode> nodes = {{{network_input}, InPlace::over_all},  // the network's input is not its own
                                            {{0}, InPlace::over_all},
                                            {{1}, InPlace::over_fresh},  // that memory is the first's already
                                            {{2}, InPlace::over_all},    // two read it
                                            {{2, 3}, InPlace::over_all},
                                            {{4}, InPlace::no}};
    CHECK(sharing_nodes(nodes) == std::vector<bool>{false, true, false, false, false, false});
    CHECK(reader_counts(nodes) == std::vector<std::size_t>{1, 1, 2, 1, 1, 0});
}

TEST_CASE("buffer plan: in random graphs nothing is written over that somebody still reads", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 300; ++round) {
        const std::vector<PlannedNode> nodes = random_nodes(stream);
        for (const bool keep : {false, true}) {
            const BufferPlan plan = plan_buffers(nodes, keep, keep);
            check_outputs(nodes, plan);
            check_gradients_arrive(nodes, plan);
            check_sums_arrive(nodes, plan);
        }
    }
}

TEST_CASE("buffer plan: in random graphs with sums every node finds its gradient", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 2000; ++round) {
        std::vector<PlannedNode> nodes = random_nodes(stream);
        for (PlannedNode& node : nodes) {
            node.adds_gradient = stream.below(2) == 0;
            node.passes_gradient = node.inputs.size() > 1 && stream.below(3) > 0;
            if (node.passes_gradient) node.in_place = InPlace::over_fresh;
        }
        for (const bool keep : {false, true}) check_sums_arrive(nodes, plan_buffers(nodes, keep, keep));
    }
}

}  // namespace espalier::nn
