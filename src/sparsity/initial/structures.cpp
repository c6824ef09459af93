#include <espalier/sparsity/initial/structures.hpp>
#include <espalier/topology/generators/biregular.hpp>
#include <espalier/topology/generators/block_sparse.hpp>
#include <espalier/topology/generators/circulant.hpp>
#include <espalier/topology/generators/n_of_m.hpp>
#include <espalier/topology/generators/ramanujan.hpp>
#include <espalier/topology/generators/ramanujan_lift.hpp>

namespace espalier::sparsity {
namespace {

using Numbers = StructureNumbers;
using Generator = Pattern (*)(std::size_t rows, std::size_t cols, std::size_t edges, Stream& stream);

/// Inputs of an output: channels times the places of the kernel.
std::size_t inputs(const Shape& shape) {
    return positions(shape) / shape[0];
}

void require_multiple(std::size_t whole, std::size_t part, const std::string& parts, const std::string& wholes) {
    if (whole % part == 0) return;
    throw ConfigError(parts + " of " + std::to_string(part) + " do not divide its " + std::to_string(whole) + " " +
                      wholes);
}

std::size_t single_weights(const Shape&, const Numbers&) {
    return 1;
}

template <Generator generate>
Pattern draw(const Shape& shape, std::size_t kept, const Numbers&, Stream& stream) {
    return generate(shape[0], inputs(shape), kept, stream);
}

std::string without_bound(const Shape& shape, std::size_t kept) {
    if (topology::has_ramanujan_bound(shape[0], inputs(shape), kept)) return "";
    return "a mean degree is below 3, where no Ramanujan bound is defined: its mask is biregular";
}

std::size_t outputs(const Shape& shape, const Numbers&) {
    return shape[0];
}

Pattern draw_constant_fan_in(const Shape& shape, std::size_t kept, const Numbers&, Stream& stream) {
    return topology::n_of_m(shape[0], inputs(shape), kept / shape[0], inputs(shape), stream);
}

/// A block spans all places of the kernel (definitions.md 2.19).
topology::BlockSize block_size(const Shape& shape, const Numbers& numbers) {
    return {numbers[0], numbers[1] * (inputs(shape) / shape[1])};
}

std::size_t block(const Shape& shape, const Numbers& numbers) {
    require_multiple(shape[0], numbers[0], "heights", "outputs");
    require_multiple(shape[1], numbers[1], "widths", "inputs");
    const topology::BlockSize size = block_size(shape, numbers);
    return size.rows * size.cols;
}

Pattern draw_blocks(const Shape& shape, std::size_t kept, const Numbers& numbers, Stream& stream) {
    const topology::BlockSize size = block_size(shape, numbers);
    return topology::block_sparse(shape[0], inputs(shape), size, kept / (size.rows * size.cols), stream);
}

std::size_t groups(const Shape& shape, const Numbers& numbers) {
    require_multiple(inputs(shape), numbers[1], "groups", "inputs");
    return positions(shape) / numbers[1] * numbers[0];
}

Pattern draw_groups(const Shape& shape, std::size_t, const Numbers& numbers, Stream& stream) {
    return topology::n_of_m(shape[0], inputs(shape), numbers[0], numbers[1], stream);
}

double group_density(const Numbers& numbers) {
    return static_cast<double>(numbers[0]) / static_cast<double>(numbers[1]);
}

}  // namespace

const std::vector<Structure>& structures() {
    static const std::vector<Structure> table = {
        {{"biregular", "a random graph: equal fan-in of all outputs, equal fan-out of all inputs, to within one",
          "configuration model, Bollobas 1980"},
         single_weights,
         draw<topology::biregular>},
        {{"ramanujan",
          "the first of 20 biregular graphs that meets the Ramanujan bound, else the nearest; biregular where a mean "
          "degree is below 3",
          "Hoang et al., ICLR 2023"},
         single_weights,
         draw<topology::ramanujan>,
         nullptr,
         without_bound},
        {{"ramanujan_lift",
          "cut out of 2-lifts of a complete graph, each the best of 32; biregular where a mean degree is below 3",
          "Bilu and Linial 2006; Marcus, Spielman and Srivastava 2015"},
         single_weights,
         draw<topology::ramanujan_lift>,
         nullptr,
         without_bound},
        {{"circulant", "one random set of inputs, shifted cyclically from output to output", ""},
         single_weights,
         draw<topology::circulant>},
        {{"constant_fan_in", "as many random inputs for every output; at least one", "Lasby et al., ICLR 2024"},
         outputs,
         draw_constant_fan_in},
        {{"block:H,W", "random blocks of H outputs x W inputs, kept whole; at least one per layer",
          "definitions.md 2.19"},
         block,
         draw_blocks},
        {{"nm:N,M", "N random ones of every M consecutive inputs of an output; density N / M", "definitions.md 2.19"},
         groups,
         draw_groups,
         group_density},
    };
    return table;
}

}  // namespace espalier::sparsity
