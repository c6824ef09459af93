#include <algorithm>
#include <set>

#include <espalier/base/error.hpp>
#include <espalier/base/text.hpp>
#include <espalier/topology/files/edge_list.hpp>
#include <espalier/topology/graph/dense_layer.hpp>

namespace espalier::topology {
namespace {

const std::string mask_suffix = "_mask";
const std::string weight_suffix = "_orig";

std::string shape_text(const std::vector<std::size_t>& shape) {
    std::vector<std::string> sides;
    for (const std::size_t side : shape) sides.push_back(std::to_string(side));
    return join(sides, "x");
}

void require_layer(const std::vector<std::size_t>& shape, const MaskFileOptions& options, const std::string& where) {
    if (shape.size() < 2 || shape.size() > 4) {
        throw FormatError(where + ": " + std::to_string(shape.size()) +
                          " dimensions; a layer has 2 to 4 (select layers by name to leave others out)");
    }
    if (shape.size() == 2) return;
    if (std::ranges::find(shape, std::size_t{0}) != shape.end()) {
        throw FormatError(where + ": a convolution without weights");
    }
    if (options.drop_last_input) throw FormatError(where + ": a convolution has no bias among its inputs to drop");
}

}  // namespace

DensePlan plan_dense(const std::vector<std::size_t>& shape, const MaskFileOptions& options, const std::string& where) {
    require_layer(shape, options, where);
    const bool in_out = options.orientation == Orientation::in_out;
    DensePlan plan;
    plan.outputs = shape[in_out ? 1 : 0];
    plan.inputs = shape[in_out ? 0 : 1];
    for (std::size_t k = 2; k < shape.size(); ++k) plan.block *= shape[k];
    // A file that holds the array has paid for every position, unless one of its sides is 0.
    require_plausible_shape(plan.outputs, plan.columns(), plan.outputs * plan.columns(), where);
    plan.output_step = in_out ? plan.block : plan.inputs * plan.block;
    plan.input_step = in_out ? plan.outputs * plan.block : plan.block;
    if (options.drop_last_input && plan.inputs == 0) throw FormatError(where + ": there is no last input to drop");
    if (options.drop_last_input) --plan.inputs;
    plan.shape = {plan.outputs, plan.inputs};
    if (shape.size() == 3) plan.shape.push_back(1);
    plan.shape.insert(plan.shape.end(), shape.begin() + 2, shape.end());
    return plan;
}

void require_mask_fits(const std::vector<std::size_t>& mask, const std::vector<std::size_t>& weight,
                       const std::string& where_mask, const std::string& where_weight) {
    if (mask == weight) return;
    throw FormatError(where_mask + " has shape " + shape_text(mask) + ", " + where_weight + " beside it " +
                      shape_text(weight) + "; a mask has the shape of its weight");
}

std::vector<NamedArrays> pair_masks(const std::vector<std::string>& names) {
    const std::set<std::string> known(names.begin(), names.end());
    const auto has = [&](const std::string& name) { return known.contains(name); };
    const auto stem = [](const std::string& name) { return name.substr(0, name.size() - mask_suffix.size()); };
    // "x" itself, where the file has it and no "x_orig": what a state dict with its masks holds.
    const auto weight_of = [&](const std::string& layer) {
        return has(layer + weight_suffix) ? layer + weight_suffix : has(layer) ? layer : std::string();
    };
    const auto is_paired_weight = [&](const std::string& name) {
        const std::string layer = name.ends_with(weight_suffix) && has(stem(name) + mask_suffix) ? stem(name) : name;
        return has(layer + mask_suffix) && weight_of(layer) == name;
    };
    std::vector<NamedArrays> layers;
    for (const std::string& name : names) {
        const bool is_mask = name.ends_with(mask_suffix) && !weight_of(stem(name)).empty();
        if (is_mask) layers.push_back({stem(name), name, weight_of(stem(name))});
        if (!is_mask && !is_paired_weight(name)) layers.push_back({name, name, ""});
    }
    std::ranges::sort(layers, [](const auto& a, const auto& b) { return natural_less(a.name, b.name); });
    return layers;
}

}  // namespace espalier::topology
