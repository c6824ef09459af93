#include <algorithm>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/models/convnets.hpp>
#include <espalier/nn/models/residual_blocks.hpp>

namespace espalier::nn {
namespace {

constexpr Convolutions drawn_by_torch{PublishedInit::torch};  // nothing is drawn anew in the program

/// Where the heads begin: the number of trunk blocks.
std::size_t trunk_of(const ModelChoice& choice, std::size_t blocks, std::size_t published, const std::string& what) {
    if (choice.heads < 2) {
        throw ConfigError("model.heads = " + std::to_string(choice.heads) + ": a model with heads has at least two");
    }
    const std::size_t own = choice.head_blocks == 0 ? published : choice.head_blocks;
    if (own < blocks && own > 0) return blocks - own;
    throw ConfigError("model.head_blocks = " + std::to_string(own) + ": of " + std::to_string(blocks) + " " + what +
                      " the trunk needs at least one, and each head too");
}

/// Blocks of a trunk, then of one head after the other, each with what ends it; then what joins them.
///
/// What of a head's first block has arrays but no weights stands right behind the trunk, before all heads: files say of
/// arrays alone what weights they come behind, and those are the trunk's (topology/alignment/unit_groups.hpp).
/// @param begin  begin(path) adds what a block begins with before its first weights
/// @param block  block(path, number, input) adds the rest of a block of the whole network, which takes that node
/// @param end    end(head) adds what leads from a head's last block to its classifier
template <class Begin, class Block, class End>
NetworkSpec with_heads(ImageBuilder& builder, const ModelChoice& choice, std::size_t trunk, std::size_t blocks,
                       const Begin& begin, const Block& block, const End& end) {
    const auto whole = [&](const std::string& path, std::size_t k) {
        const std::size_t input = builder.last();
        begin(path);
        block(path, k, input);
    };
    const auto path_of = [](std::size_t head) { return "blocks_head" + std::to_string(head) + "."; };
    for (std::size_t k = 0; k < trunk; ++k) whole("shared_blocks." + std::to_string(k), k);
    const std::size_t split = builder.last();
    std::vector<std::size_t> begun;
    for (std::size_t h = 0; h < choice.heads; ++h) {
        builder.from(split);
        begin(path_of(h) + "0");
        begun.push_back(builder.last());
    }
    std::vector<std::size_t> classifiers;
    for (std::size_t h = 0; h < choice.heads; ++h) {
        builder.from(begun[h]);
        block(path_of(h) + "0", trunk, split);
        for (std::size_t k = trunk + 1; k < blocks; ++k) whole(path_of(h) + std::to_string(k - trunk), k);
        end(h);
        classifiers.push_back(builder.last());
    }
    builder.heads(classifiers, choice.merge_heads);
    return builder.take();
}

NodeSpec linear_node(std::string name, std::size_t inputs, std::size_t outputs, double gain) {
    return {.name = std::move(name),
            .kind = "linear",
            .outputs = outputs,
            .weight = WeightSpec{{outputs, inputs}, gain},
            .others = outputs};
}

}  // namespace

NetworkSpec neurotrails_wrn_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                                 std::size_t classes) {
    ImageBuilder builder(sample);
    const std::size_t width = model.channels(choice);
    const std::size_t of_stage = (model.depth - 4) / 6;
    const std::size_t trunk = trunk_of(choice, 3 * of_stage, 2 * of_stage, "blocks");
    builder.conv("conv1", drawn_by_torch.three(16));
    std::size_t shared = 0;
    const auto begin = [&](const std::string& path) { begin_wide_block(builder, path); };
    const auto block = [&](const std::string& path, std::size_t k, std::size_t input) {
        const std::size_t stage = k / of_stage;
        const std::size_t stride = stage > 0 && k % of_stage == 0 ? 2 : 1;
        end_wide_block(builder, path, width << stage, stride, choice.dropout, drawn_by_torch, input);
    };
    const auto end = [&](std::size_t head) {
        const std::string number = std::to_string(head);
        if (!choice.shared_final_norm) {
            builder.batch_norm("bn1_" + number);
        } else if (head == 0) {
            builder.batch_norm("bn1");
            shared = builder.last();
        } else {
            builder.shared_batch_norm("bn1.use" + number, shared);
        }
        builder.relu("relu_" + number);
        mean_of_map(builder, 8, choice, "_" + number);
        builder.linear("fc_" + number, classes);
    };
    return with_heads(builder, choice, trunk, 3 * of_stage, begin, block, end);
}

NetworkSpec neurotrails_resnet_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                                    std::size_t classes) {
    ImageBuilder builder(sample);
    const std::size_t width = model.channels(choice);
    std::vector<std::size_t> stages;  // of each block
    const std::array<std::size_t, 4> blocks = resnet_blocks(model.depth);
    for (std::size_t stage = 0; stage < blocks.size(); ++stage) stages.resize(stages.size() + blocks[stage], stage);
    const std::size_t trunk = trunk_of(choice, stages.size(), 5 * stages.size() / 8, "blocks");
    builder.conv("conv1", drawn_by_torch.three(width)).batch_norm("bn1").relu("relu");
    const auto begin = [](const std::string&) {};
    const auto block = [&](const std::string& path, std::size_t k, std::size_t) {
        const std::size_t stride = k > 0 && stages[k] != stages[k - 1] ? 2 : 1;
        if (model.depth == 50) {
            bottleneck(builder, path, width << stages[k], stride, drawn_by_torch);
        } else {
            basic_block(builder, path, width << stages[k], stride, Shortcut::projection, drawn_by_torch);
        }
    };
    const auto end = [&](std::size_t head) {
        const std::string number = std::to_string(head);
        mean_of_map(builder, 4, choice, "_" + number);
        builder.linear("fc_" + number, classes, false);
    };
    return with_heads(builder, choice, trunk, stages.size(), begin, block, end);
}

NetworkSpec neurotrails_mlp_spec(const ModelChoice& choice, std::size_t inputs, std::size_t outputs) {
    NetworkSpec spec{.inputs = inputs, .nodes = {}};
    const std::size_t hidden = choice.hidden.size();
    const std::size_t trunk = trunk_of(choice, hidden, 2, "hidden layers");
    std::size_t last = network_input;
    std::size_t before = inputs;
    const auto add = [&](NodeSpec node) {
        before = node.outputs;
        last = spec.add(std::move(node), {last});
    };
    const auto hidden_layer = [&](const std::string& path, std::size_t k) {
        const std::string suffix = std::to_string(k + 1);
        const std::size_t width = choice.hidden[k];
        add(linear_node(path + "fc" + suffix, before, width, choice.activation.gain(k + 1)));
        if (auto norm = normalisation_spec(*choice.normalisation, path + "norm" + suffix, width)) add(std::move(*norm));
        NodeSpec activation = activation_spec(choice.activation, k + 1, width);
        activation.name = path + activation.kind + suffix;
        add(std::move(activation));
        if (choice.dropout == 0.0) return;
        add({.name = path + "dropout" + suffix, .kind = "dropout", .outputs = width, .rate = choice.dropout});
    };
    for (std::size_t k = 0; k < trunk; ++k) hidden_layer("", k);
    const std::size_t split = last;
    std::vector<std::size_t> classifiers;
    for (std::size_t h = 0; h < choice.heads; ++h) {
        last = split;
        before = choice.hidden[trunk - 1];
        const std::string path = "head" + std::to_string(h) + ".";
        for (std::size_t k = trunk; k < hidden; ++k) hidden_layer(path, k);
        add(linear_node(path + "fc" + std::to_string(hidden + 1), before, outputs, 1.0));
        classifiers.push_back(last);
    }
    add_heads(spec, classifiers, choice.merge_heads);
    return spec;
}

}  // namespace espalier::nn
