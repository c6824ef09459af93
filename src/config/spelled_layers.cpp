#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/config/spelled_layers.hpp>
#include <espalier/config/value.hpp>
#include <espalier/nn/models/layer_list.hpp>

namespace espalier::config {
namespace {

/// One entry, key by key.
class SpelledLayer {
  public:
    explicit SpelledLayer(const nn::NodeSpec& node) : text_("{ kind = " + toml_text(node.kind)) {
        add("name", toml_text(node.name));
    }
    void add(const std::string& key, const std::string& value) { text_ += ", " + key + " = " + value; }
    void add(const std::string& key, std::size_t number) { add(key, std::to_string(number)); }
    void add_sides(const std::string& key, std::size_t height, std::size_t width) {
        add(key, "[" + std::to_string(height) + ", " + std::to_string(width) + "]");
    }
    void add_padding(const kernels::Window& window) {
        const auto& [rows, cols] = window;
        if (rows.before + rows.after + cols.before + cols.after == 0) return;
        add("padding", "[" + std::to_string(cols.before) + ", " + std::to_string(cols.after) + ", " +
                           std::to_string(rows.before) + ", " + std::to_string(rows.after) + "]");
    }
    void add_window(const nn::WindowSpec& how, bool pools) {
        const auto& [rows, cols] = how.window;
        add_sides("kernel", rows.kernel, cols.kernel);
        add_sides("stride", rows.stride, cols.stride);
        if (!pools && (rows.dilation > 1 || cols.dilation > 1)) add_sides("dilation", rows.dilation, cols.dilation);
        add_padding(how.window);
        if (how.groups > 1) add("groups", how.groups);
        if (how.ceil_mode) add("ceil_mode", "true");
        if (!how.count_padding) add("count_padding", "false");
    }
    std::string take() { return std::move(text_) + " }"; }

  private:
    std::string text_;
};

void require_listed(const nn::NodeSpec& node) {
    const std::vector<std::string>& kinds = nn::layer_kinds();
    const bool leaks = node.slope != 0.0;
    if (std::ranges::find(kinds, node.kind) != kinds.end() && !leaks) return;
    throw ConfigError("layer " + node.name + " of kind " + node.kind + " cannot be spelled out in model.layers");
}

std::string spelled(const nn::NetworkSpec& spec, std::size_t k) {
    const nn::NodeSpec& node = spec.nodes[k];
    require_listed(node);
    SpelledLayer layer(node);
    const auto name_of = [&](std::size_t input) {
        if (input == nn::network_input)
            throw ConfigError("layer " + node.name +
                              " takes the network's input, which only the first of model.layers does");
        return toml_text(spec.nodes[input].name);
    };
    const bool is_next = k == 0 ? node.inputs[0] == nn::network_input : node.inputs[0] == k - 1;
    if (!is_next) layer.add("from", name_of(node.inputs[0]));
    const bool has_bias = node.others > 0;
    if (node.kind == "conv2d" || node.kind == "conv1d") {
        layer.add("channels", node.image.channels);
        layer.add_window(*node.window, false);
        if (!has_bias) layer.add("bias", "false");
    } else if (node.kind == "linear") {
        if (k + 1 < spec.nodes.size()) layer.add("outputs", node.outputs);  // the last one's are the classes
        if (!has_bias) layer.add("bias", "false");
    } else if (node.kind == "max_pool" || node.kind == "avg_pool") {
        layer.add_window(*node.window, true);
    } else if (node.kind.starts_with("adaptive_")) {
        layer.add_sides("size", node.image.height, node.image.width);
    } else if (node.kind.ends_with("_pad")) {
        layer.add_padding(node.window->window);
    } else if (node.kind == "group_norm") {
        layer.add("groups", node.window->groups);
    } else if (node.kind == "layer_norm") {
        if (node.epsilon != nn::NodeSpec{}.epsilon) layer.add("epsilon", toml_text(node.epsilon));
    } else if (node.kind == "pixel_linear") {
        layer.add("channels", node.image.channels);
    } else if (node.kind == "channel_scale") {
        layer.add("start", toml_text(node.start));
    } else if (node.kind == "drop_path") {
        layer.add("rate", toml_text(node.rate));
    } else if (node.kind == "subsample") {
        layer.add("channels", node.image.channels);
        layer.add("stride", node.window->window.rows.stride);
    } else if (node.kind == "dropout") {
        layer.add("rate", toml_text(node.rate));
    } else if (node.kind == "sum") {
        if (node.inputs.size() != 2) throw ConfigError("layer " + node.name + " adds more than two others");
        layer.add("with", name_of(node.inputs[1]));
    }
    return layer.take();
}

}  // namespace

std::vector<std::string> spelled_layers(const nn::NetworkSpec& spec) {
    std::vector<std::string> texts;
    for (std::size_t k = 0; k < spec.nodes.size(); ++k) texts.push_back(spelled(spec, k));
    return texts;
}

}  // namespace espalier::config
