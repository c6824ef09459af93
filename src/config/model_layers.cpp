#include <functional>
#include <map>

#include <toml++/toml.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/near_names.hpp>
#include <espalier/config/model_layers.hpp>

namespace espalier::config {
namespace {

using nn::LayerEntry;

constexpr std::int64_t most = 1 << 20;

std::size_t count_of(const toml::node& node) {
    const auto number = node.value<std::int64_t>();
    if (!node.is_integer() || *number < 0 || *number > most) throw ConfigError("must be a whole number from 0 on");
    return static_cast<std::size_t>(*number);
}

/// One number for both sides, or [height, width].
std::array<std::size_t, 2> sides_of(const toml::node& node) {
    if (const toml::array* both = node.as_array()) {
        if (both->size() != 2) throw ConfigError("must be a number, or [height, width]");
        return {count_of(*both->get(0)), count_of(*both->get(1))};
    }
    return {count_of(node), count_of(node)};
}

std::string text_of(const toml::node& node) {
    if (!node.is_string()) throw ConfigError("must be text");
    return *node.value<std::string>();
}

bool truth_of(const toml::node& node) {
    if (!node.is_boolean()) throw ConfigError("must be true or false");
    return *node.value<bool>();
}

double number_of(const toml::node& node) {
    if (!node.is_number()) throw ConfigError("must be a number");
    return *node.value<double>();
}

/// Four numbers are in PyTorch's order.
void take_padding(const toml::node& node, LayerEntry& entry) {
    const toml::array* list = node.as_array();
    if (node.is_string() && text_of(node) == "tf_same") {
        entry.tf_same = true;
    } else if (list != nullptr && list->size() == 4) {
        entry.padding_before = {count_of(*list->get(2)), count_of(*list->get(0))};
        entry.padding_after = {count_of(*list->get(3)), count_of(*list->get(1))};
    } else if (node.is_string() || (list != nullptr && list->size() != 2)) {
        throw ConfigError("must be a number, [height, width], [left, right, top, bottom] or \"tf_same\"");
    } else {
        entry.padding_before = entry.padding_after = sides_of(node);
    }
}

using Take = std::function<void(const toml::node&, LayerEntry&)>;

const std::map<std::string, Take>& layer_keys() {
    static const std::map<std::string, Take> table = {
        {"kind", [](const auto& node, LayerEntry& entry) { entry.kind = text_of(node); }},
        {"name", [](const auto& node, LayerEntry& entry) { entry.name = text_of(node); }},
        {"from", [](const auto& node, LayerEntry& entry) { entry.from = text_of(node); }},
        {"with", [](const auto& node, LayerEntry& entry) { entry.with = text_of(node); }},
        {"channels", [](const auto& node, LayerEntry& entry) { entry.channels = count_of(node); }},
        {"outputs", [](const auto& node, LayerEntry& entry) { entry.channels = count_of(node); }},
        {"kernel", [](const auto& node, LayerEntry& entry) { entry.kernel = sides_of(node); }},
        {"stride", [](const auto& node, LayerEntry& entry) { entry.stride = sides_of(node); }},
        {"dilation", [](const auto& node, LayerEntry& entry) { entry.dilation = sides_of(node); }},
        {"padding", take_padding},
        {"groups", [](const auto& node, LayerEntry& entry) { entry.groups = count_of(node); }},
        {"bias", [](const auto& node, LayerEntry& entry) { entry.bias = truth_of(node); }},
        {"rate", [](const auto& node, LayerEntry& entry) { entry.rate = number_of(node); }},
        {"epsilon", [](const auto& node, LayerEntry& entry) { entry.epsilon = number_of(node); }},
        {"start", [](const auto& node, LayerEntry& entry) { entry.start = number_of(node); }},
        {"ceil_mode", [](const auto& node, LayerEntry& entry) { entry.ceil_mode = truth_of(node); }},
        {"count_padding", [](const auto& node, LayerEntry& entry) { entry.count_padding = truth_of(node); }},
        {"size", [](const auto& node, LayerEntry& entry) { entry.size = sides_of(node); }},
    };
    return table;
}

LayerEntry entry_of(const std::string& text, const std::string& where) {
    const auto refuse = [&](const std::string& why) { throw ConfigError(where + why); };
    toml::table parsed;
    try {
        parsed = toml::parse("layer = " + text);
    } catch (const toml::parse_error&) {
        refuse(" is no table of TOML, such as { kind = \"conv2d\", channels = 16, kernel = 3 }");
    }
    const toml::table* table = parsed.get("layer")->as_table();
    if (table == nullptr || parsed.size() != 1) refuse(" is no table of TOML");
    LayerEntry entry;
    std::vector<std::string> known;
    for (const auto& [key, take] : layer_keys()) known.push_back(key);
    for (const auto& [key, node] : *table) {
        const std::string name(key.str());
        const auto take = layer_keys().find(name);
        if (take == layer_keys().end()) refuse(": key '" + name + "'" + not_known(name, known));
        try {
            take->second(node, entry);
        } catch (const ConfigError& error) {
            refuse(": " + name + " " + error.what());
        }
    }
    if (entry.kind.empty()) refuse(" has no kind");
    return entry;
}

}  // namespace

std::vector<nn::LayerEntry> model_layers(const std::vector<std::string>& texts) {
    std::vector<LayerEntry> entries;
    for (const std::string& text : texts)
        entries.push_back(entry_of(text, "model.layers[" + std::to_string(entries.size()) + "]"));
    return entries;
}

}  // namespace espalier::config
