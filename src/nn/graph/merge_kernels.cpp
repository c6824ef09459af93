#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/normalise.hpp>
#include <espalier/nn/graph/merge_kernels.hpp>

namespace espalier::nn {
namespace {

/// y = kernel * x + bias for each channel, of an input.
struct KernelBranch {
    std::size_t input = network_input;
    std::size_t height = 0;  // of the kernel
    std::size_t width = 0;
    std::vector<double> values;        // [channels][height][width]
    std::vector<std::uint8_t> kept;    // likewise
    std::vector<double> bias;          // [channels]
    std::vector<std::size_t> nodes;    // that compute it
    std::vector<std::size_t> largest;  // shape of its largest kernel
    std::size_t kernels = 0;

    std::size_t positions() const { return height * width; }
};

const Parameter<float>& named_array(const Network<float>& network, std::size_t node, const std::string& name) {
    for (const ParameterEntry<float>& entry : network.table().of(node)) {
        if (entry.parameter->name == name) return *entry.parameter;
    }
    throw Error("layer " + network.layer(node).name() + " has no array '" + name + "'");
}

bool is_half_padded(const kernels::Axis& axis) {
    return axis.stride == 1 && axis.dilation == 1 && axis.kernel % 2 == 1 && axis.before == axis.kernel / 2 &&
           axis.after == axis.kernel / 2;
}

std::optional<KernelBranch> branch_of_convolution(const NodeSpec& node, std::size_t k, const Network<float>& network) {
    if (node.kind != "conv2d" || node.window->groups != node.image.channels) return std::nullopt;
    const auto& [rows, cols] = node.window->window;
    if (!is_half_padded(rows) || !is_half_padded(cols) || node.weight->shape[1] != 1) return std::nullopt;
    KernelBranch branch;
    branch.input = node.inputs[0];
    branch.height = rows.kernel;
    branch.width = cols.kernel;
    const MaskedWeight<float>& weight = *network.weight(k);
    const Pattern& pattern = weight.pattern();
    branch.values.assign(pattern.positions(), 0.0);
    branch.kept.assign(pattern.positions(), 0);
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        const auto columns = pattern.row(row);
        for (std::size_t e = 0; e < columns.size(); ++e) {
            const std::size_t place = row * pattern.cols() + columns[e];
            branch.values[place] = static_cast<double>(weight.parameter().values[pattern.row_begin(row) + e]);
            branch.kept[place] = 1;
        }
    }
    branch.bias.assign(pattern.rows(), 0.0);
    if (node.others > 0) std::ranges::copy(named_array(network, k, "bias").values, branch.bias.begin());
    branch.nodes = {k};
    branch.largest = node.weight->shape;
    branch.kernels = 1;
    return branch;
}

void normalise(KernelBranch& branch, std::size_t norm, const Network<float>& network) {
    const auto number = [&](const char* name, std::size_t c) {
        return static_cast<double>(named_array(network, norm, name).values[c]);
    };
    for (std::size_t c = 0; c < branch.bias.size(); ++c) {
        const double factor = number("weight", c) / std::sqrt(number("running_var", c) + kernels::normalise_epsilon);
        for (std::size_t p = 0; p < branch.positions(); ++p) branch.values[c * branch.positions() + p] *= factor;
        branch.bias[c] = (branch.bias[c] - number("running_mean", c)) * factor + number("bias", c);
    }
    branch.nodes.push_back(norm);
}

/// With zeros around, to these sides.
KernelBranch padded_to(const KernelBranch& branch, std::size_t height, std::size_t width) {
    KernelBranch padded = branch;
    padded.height = height;
    padded.width = width;
    padded.values.assign(branch.bias.size() * height * width, 0.0);
    padded.kept.assign(padded.values.size(), 0);
    const std::size_t above = (height - branch.height) / 2;
    const std::size_t left = (width - branch.width) / 2;
    for (std::size_t c = 0; c < branch.bias.size(); ++c) {
        for (std::size_t y = 0; y < branch.height; ++y) {
            for (std::size_t x = 0; x < branch.width; ++x) {
                const std::size_t from = (c * branch.height + y) * branch.width + x;
                const std::size_t to = (c * height + y + above) * width + x + left;
                padded.values[to] = branch.values[from];
                padded.kept[to] = branch.kept[from];
            }
        }
    }
    return padded;
}

KernelBranch added(const KernelBranch& a, const KernelBranch& b, std::size_t sum) {
    const std::size_t height = std::max(a.height, b.height);
    const std::size_t width = std::max(a.width, b.width);
    KernelBranch both = padded_to(a, height, width);
    const KernelBranch other = padded_to(b, height, width);
    for (std::size_t k = 0; k < both.values.size(); ++k) {
        both.values[k] += other.values[k];
        both.kept[k] = both.kept[k] != 0 || other.kept[k] != 0 ? 1 : 0;
    }
    for (std::size_t c = 0; c < both.bias.size(); ++c) both.bias[c] += other.bias[c];
    both.nodes.insert(both.nodes.end(), other.nodes.begin(), other.nodes.end());
    both.nodes.push_back(sum);
    const auto size = [](const std::vector<std::size_t>& shape) { return shape[2] * shape[3]; };
    if (size(other.largest) > size(both.largest)) both.largest = other.largest;
    both.kernels += other.kernels;
    return both;
}

/// Finds what of a network is a kernel of one input.
class KernelBranches {
  public:
    KernelBranches(const NetworkSpec& spec, const Network<float>& network) : branches_(spec.nodes.size()) {
        std::vector<std::size_t> readers(spec.nodes.size(), 0);
        for (const NodeSpec& node : spec.nodes) {
            for (const std::size_t input : node.inputs) {
                if (input != network_input) ++readers[input];
            }
        }
        const auto alone = [&](std::size_t node) {
            return node != network_input && readers[node] == 1 && branches_[node].has_value();
        };
        for (std::size_t k = 0; k < spec.nodes.size(); ++k) {
            const NodeSpec& node = spec.nodes[k];
            const std::size_t first = node.inputs[0];
            if (node.weight) {
                branches_[k] = branch_of_convolution(node, k, network);
            } else if (node.kind == "batch_norm" && alone(first)) {
                branches_[k] = std::exchange(branches_[first], std::nullopt);
                normalise(*branches_[k], k, network);
            } else if (node.kind == "sum" && node.inputs.size() == 2 && alone(first) && alone(node.inputs[1]) &&
                       branches_[first]->input == branches_[node.inputs[1]]->input) {
                branches_[k] = added(*branches_[first], *branches_[node.inputs[1]], k);
                branches_[first].reset();
                branches_[node.inputs[1]].reset();
            }
        }
    }

    /// What the node gives, where that is a sum of several kernels.
    const KernelBranch* ends(std::size_t node) const {
        return branches_[node] && branches_[node]->kernels > 1 ? &*branches_[node] : nullptr;
    }

  private:
    std::vector<std::optional<KernelBranch>> branches_;
};

/// "a.b.sum2" becomes "a.b.lkb_reparam", as SLaK's program calls what it merges.
std::string merged_name(const std::string& sum) {
    const std::size_t dot = sum.rfind('.');
    return (dot == std::string::npos ? "" : sum.substr(0, dot + 1)) + "lkb_reparam";
}

NodeSpec merged_node(const NodeSpec& sum, const KernelBranch& branch) {
    const auto axis = [](std::size_t side) { return kernels::Axis{side, 1, 1, side / 2, side / 2}; };
    const std::size_t channels = branch.bias.size();
    NodeSpec node{.name = merged_name(sum.name), .kind = "conv2d", .inputs = {branch.input}, .outputs = sum.outputs};
    node.weight = WeightSpec{.shape = {channels, 1, branch.height, branch.width}, .uses = sum.image.pixels()};
    node.others = channels;
    node.image = sum.image;
    node.window = WindowSpec{.window = {axis(branch.height), axis(branch.width)}, .groups = channels};
    return node;
}

Pattern mask_of(const KernelBranch& branch) {
    std::vector<std::uint64_t> kept;
    for (std::size_t k = 0; k < branch.kept.size(); ++k) {
        if (branch.kept[k] != 0) kept.push_back(k);
    }
    if (kept.size() == branch.kept.size()) return Pattern::full(branch.bias.size(), branch.positions());
    return Pattern::from_flat(branch.bias.size(), branch.positions(), kept);
}

/// Weights and biases of a merged convolution.
void put_branch(const KernelBranch& branch, const ParameterEntry<float>& entry) {
    AlignedVector<float>& to = entry.parameter->values;
    if (entry.weight == nullptr) {
        std::ranges::transform(branch.bias, to.begin(), [](double v) { return static_cast<float>(v); });
        return;
    }
    std::size_t next = 0;
    for (std::size_t k = 0; k < branch.kept.size(); ++k) {
        if (branch.kept[k] != 0) to[next++] = static_cast<float>(branch.values[k]);
    }
}

}  // namespace

MergedNetwork merge_kernels(const NetworkSpec& spec, const Network<float>& network, const BuildOptions& options) {
    const KernelBranches branches(spec, network);
    std::vector<std::uint8_t> goes(spec.nodes.size(), 0);
    for (std::size_t k = 0; k < spec.nodes.size(); ++k) {
        if (const KernelBranch* branch = branches.ends(k)) {
            for (const std::size_t node : branch->nodes) goes[node] = 1;
        }
    }
    NetworkSpec narrow = spec;
    narrow.nodes.clear();
    std::vector<std::size_t> places(spec.nodes.size(), network_input);
    std::vector<std::size_t> origins;  // of each node that there is now
    std::vector<Pattern> patterns;
    std::vector<MergedNetwork::Merged> merged;
    for (std::size_t k = 0; k < spec.nodes.size(); ++k) {
        const KernelBranch* branch = branches.ends(k);
        if (goes[k] != 0 && branch == nullptr) continue;
        places[k] = narrow.nodes.size();
        origins.push_back(k);
        narrow.nodes.push_back(branch != nullptr ? merged_node(spec.nodes[k], *branch) : spec.nodes[k]);
        for (std::size_t& input : narrow.nodes.back().inputs) {
            if (input != network_input) input = places[input];
        }
        if (branch != nullptr) {
            patterns.push_back(mask_of(*branch));
            merged.push_back(
                {narrow.nodes.back().name, branch->largest, narrow.nodes.back().weight->shape, branch->kernels});
        } else if (const MaskedWeight<float>* weight = network.weight(k)) {
            patterns.push_back(weight->pattern());
        }
    }
    MergedNetwork made{narrow, build<float>(narrow, std::move(patterns), options), std::move(merged)};
    for (std::size_t k = 0; k < narrow.nodes.size(); ++k) {
        const KernelBranch* branch = branches.ends(origins[k]);
        for (const ParameterEntry<float>& entry : made.network.table().of(k)) {
            if (branch != nullptr) {
                put_branch(*branch, entry);
                continue;
            }
            const auto& from = entry.weight != nullptr ? network.weight(origins[k])->parameter()
                                                       : named_array(network, origins[k], entry.parameter->name);
            std::ranges::copy(from.values, entry.parameter->values.begin());
        }
    }
    return made;
}

}  // namespace espalier::nn
