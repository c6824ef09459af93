#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::topology {

/// The biadjacency of a layer's graph, [outputs x inputs], without its dead neurons: a matrix as an operation.
///
/// Dead neurons are rows and columns of zeros: without them the singular values other than 0 are the same.
/// Edges are stored by outputs and by inputs, so that both products gather and each sum has one owner: equal bits for
/// any number of threads.
/// Memory: 8 bytes per edge, 24 with values.
class Biadjacency {
  public:
    /// @param values  one per edge, in the pattern's order; empty: ones. An edge of value 0 is an edge
    explicit Biadjacency(const Pattern& pattern, std::span<const double> values = {});

    /// Outputs that have edges: rows.
    std::size_t outputs() const { return by_output_.count(); }
    /// Inputs that have edges: columns.
    std::size_t inputs() const { return by_input_.count(); }
    /// Number of edges.
    std::size_t edges() const { return by_output_.neighbours.size(); }

    /// The neuron of the layer that is row `output` here.
    std::uint32_t output_neuron(std::size_t output) const { return by_output_.neuron[output]; }
    /// The neuron of the layer that is column `input` here.
    std::uint32_t input_neuron(std::size_t input) const { return by_input_.neuron[input]; }
    /// Columns of the edges to one row, ascending.
    std::span<const std::uint32_t> inputs_of(std::size_t output) const { return by_output_.of(output); }
    /// Rows of the edges from one column, ascending.
    std::span<const std::uint32_t> outputs_of(std::size_t input) const { return by_input_.of(input); }
    /// Values of the edges to one output, in the order of inputs_of(); empty where all are 1.
    std::span<const double> values_to(std::size_t output) const { return by_output_.values_of(output); }
    /// Values of the edges from one input, in the order of outputs_of(); empty where all are 1.
    std::span<const double> values_from(std::size_t input) const { return by_input_.values_of(input); }

    /// y = A x; x [inputs], y [outputs].
    void to_outputs(std::span<const double> x, std::span<double> y) const { by_output_.multiply(x, y); }
    /// y = A^T x; x [outputs], y [inputs].
    void to_inputs(std::span<const double> x, std::span<double> y) const { by_input_.multiply(x, y); }

    /// D_L^(-1/2) A D_R^(-1/2): an edge between degrees d and e has the value 1 / sqrt(d e). Its largest singular value
    /// is 1, once for every component.
    static Biadjacency normalized(const Pattern& pattern);

  private:
    /// The edges seen from one side, in compressed rows.
    struct Side {
        std::vector<std::uint64_t> offsets{0};
        std::vector<std::uint32_t> neighbours;
        std::vector<double> values;
        std::vector<std::uint32_t> neuron;

        std::size_t count() const { return neuron.size(); }
        std::span<const std::uint32_t> of(std::size_t row) const {
            return std::span(neighbours).subspan(offsets[row], offsets[row + 1] - offsets[row]);
        }
        std::span<const double> values_of(std::size_t row) const {
            if (values.empty()) return {};
            return std::span(values).subspan(offsets[row], offsets[row + 1] - offsets[row]);
        }
        void multiply(std::span<const double> x, std::span<double> y) const;
    };

    void take_outputs(const Pattern& pattern, std::span<const double> values);
    void take_inputs();

    Side by_output_;
    Side by_input_;
};

}  // namespace espalier::topology
