#pragma once

#include <string>

#include <espalier/sparsity/masks/distribution.hpp>
#include <espalier/sparsity/update/blocks.hpp>

namespace espalier::sparsity {

/// The form that drop and growth keep: single weights, whole blocks, or as many in every group of a row
/// (definitions.md 3.13).
struct UpdateForm {
    BlockShape block;            ///< 1 x 1: single weights, or of a convolution whole kernels
    std::size_t group_size = 0;  ///< above 0: every group of so many consecutive positions keeps its number

    bool of_kernels = false;  ///< blocks were asked for: of 1 x 1 they are kernels

    bool is_in_blocks() const { return of_kernels || block.size() > 1; }
};

/// The form in a layer of this shape: of a convolution a block spans its W input channels and the whole kernel, groups
/// are of the flat (in, kh, kw) inputs.
UpdateForm form_in(const UpdateForm& form, const Shape& shape);

/// Of "block:H,W", "nm:N,M" or "constant_fan_in", whose groups are whole rows: `group_size` is then ~0.
/// @throws ConfigError with what completes `sparsity.structure = "..." ...`
UpdateForm parse_update_form(const std::string& text);

}  // namespace espalier::sparsity
