#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/dense_layer.hpp>
#include <espalier/topology/files/edge_list.hpp>

namespace espalier::topology {
namespace {

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

/// Which dimensions count outputs, inputs and the places of a kernel.
struct KernelSides {
    std::size_t output = 0;
    std::size_t input = 1;
    std::vector<std::size_t> kernel;
};

KernelSides kernel_sides(const std::vector<std::size_t>& shape, Orientation orientation) {
    const std::size_t places = shape.size() - 2;
    const bool is_last = orientation == Orientation::in_out;  // outputs and inputs behind the kernel
    KernelSides sides;
    if (is_last) {
        sides.input = places;
        sides.output = places + 1;
    } else if (orientation == Orientation::transposed) {
        std::swap(sides.input, sides.output);
    }
    for (std::size_t k = 0; k < places; ++k) sides.kernel.push_back(is_last ? k : k + 2);
    return sides;
}

}  // namespace

DensePlan plan_dense(const std::vector<std::size_t>& shape, const MaskFileOptions& options, const std::string& where) {
    require_layer(shape, options, where);
    const KernelSides sides = kernel_sides(shape, options.orientation);
    DensePlan plan;
    plan.outputs = shape[sides.output];
    plan.inputs = shape[sides.input];
    for (const std::size_t side : sides.kernel) plan.block *= shape[side];
    // A file that holds the array has paid for every position, unless one of its sides is 0.
    require_plausible_shape(plan.outputs, plan.columns(), plan.outputs * plan.columns(), where);
    const std::size_t pairs = plan.outputs * plan.inputs;
    switch (options.orientation) {
        case Orientation::out_in:
            plan.output_step = plan.inputs * plan.block;
            plan.input_step = plan.block;
            break;
        case Orientation::in_out:
            plan.output_step = 1;
            plan.input_step = plan.outputs;
            plan.place_step = pairs;
            break;
        case Orientation::transposed:
            plan.output_step = plan.block;
            plan.input_step = plan.outputs * plan.block;
            break;
    }
    if (options.drop_last_input && plan.inputs == 0) throw FormatError(where + ": there is no last input to drop");
    if (options.drop_last_input) --plan.inputs;
    plan.shape = {plan.outputs, plan.inputs};
    for (const std::size_t side : sides.kernel) plan.shape.push_back(shape[side]);
    return plan;
}

void require_mask_fits(const std::vector<std::size_t>& mask, const std::vector<std::size_t>& weight,
                       const std::string& where_mask, const std::string& where_weight) {
    if (mask == weight) return;
    throw FormatError(where_mask + " has shape " + shape_text(mask) + ", " + where_weight + " beside it " +
                      shape_text(weight) + "; a mask has the shape of its weight");
}

}  // namespace espalier::topology
