#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/dense_rows.hpp>

namespace espalier::topology {
namespace {

template <class T>
void write_rows(const Layer& layer, bool is_weights, const std::function<void(std::span<const std::byte>)>& sink) {
    const Pattern& pattern = layer.pattern;
    std::vector<T> line(pattern.cols());
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        std::ranges::fill(line, T{0});
        std::size_t at = pattern.row_begin(row);
        for (const std::uint32_t col : pattern.row(row)) {
            line[col] = is_weights ? static_cast<T>(layer.values[at++]) : T{1};
        }
        sink(std::as_bytes(std::span(line)));
    }
}

}  // namespace

void write_dense_rows(const Layer& layer, DenseContent content,
                      const std::function<void(std::span<const std::byte>)>& sink) {
    const bool is_weights = content == DenseContent::weights;
    is_weights ? write_rows<float>(layer, true, sink) : write_rows<std::uint8_t>(layer, false, sink);
}

void require_moderate(const Topology& topology, const std::string& remedy) {
    constexpr double most = 16.0 * (1ULL << 30);
    double bytes = 0;
    for (const Layer& layer : topology.layers) {
        bytes += static_cast<double>(layer.pattern.rows()) * static_cast<double>(layer.pattern.cols()) *
                 (layer.values.empty() ? 1.0 : 4.0);
        if (bytes > most) {
            throw FormatError(topology.label + ": layer '" + layer.name + "' of " + layer.pattern.shape_text() +
                              ": dense arrays would take more than 16 GiB; " + remedy);
        }
    }
}

}  // namespace espalier::topology
