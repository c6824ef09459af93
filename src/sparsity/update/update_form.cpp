#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/update/update_form.hpp>

namespace espalier::sparsity {

UpdateForm parse_update_form(const std::string& text) {
    const Init init = parse_init(text);
    const std::string id = init.structure == nullptr ? "" : init.structure->id();
    if (id == "block") return {{init.numbers[0], init.numbers[1]}, 0, true};
    if (id == "nm") return {{}, init.numbers[1]};
    if (id == "constant_fan_in") return {{}, ~std::size_t{0}};
    throw ConfigError("is no form that updates can keep: none, block:H,W, nm:N,M or constant_fan_in");
}

UpdateForm form_in(const UpdateForm& form, const Shape& shape) {
    if (!form.is_in_blocks()) return form;
    const std::size_t places = positions(shape) / (shape[0] * shape[1]);
    return {{form.block.rows, form.block.cols * places}, form.group_size, form.of_kernels};
}

}  // namespace espalier::sparsity
