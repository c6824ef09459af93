#include <espalier/base/formats/npz.hpp>
#include <espalier/topology/files/conv_mapping.hpp>
#include <espalier/topology/spectral/singular_values.hpp>

#include "support.hpp"
#include "topology/networks.hpp"

// Graphs of six convolutions, three of them by groups, from an independent program. Its values are not part of the
// project; conv_mapping_test.cpp has small ones of its own.

namespace espalier::topology {
using namespace testing;
namespace {

struct GroupedCase {
    const char* name;
    std::size_t groups;
};

Layer stored_convolution(const NpzFile& file, const GroupedCase& given) {
    const auto mask = file.read("graph/" + std::string(given.name) + "/mask");
    const std::vector<double> kept = mask.to_doubles();
    const std::vector<std::size_t> shape = mask.shape();
    std::vector<std::uint64_t> flat;
    for (std::size_t k = 0; k < kept.size(); ++k) {
        if (kept[k] != 0) flat.push_back(k);
    }
    Layer layer{given.name, shape, Pattern::from_flat(shape[0], kept.size() / shape[0], flat), {}};
    layer.groups = given.groups;
    return layer;
}

void check_singular_values(const Pattern& pattern, const std::vector<double>& known) {
    const std::vector<double> found = singular_values(pattern);
    REQUIRE(found.size() == known.size());
    for (std::size_t k = 0; k < known.size(); ++k)
        CHECK(found[k] == Approx(known[k]).epsilon(0).margin(1e-10 * known[0]));
}

}  // namespace

TEST_CASE("conv mapping: grouped convolutions are the graphs of an independent program", "[topology][conv_mapping]") {
    const auto folder = reference_folder();
    if (!folder) return skip("no reference values: set ESPALIER_REFERENCE to their folder");
    const NpzFile file(*folder / "convnets" / "extras.npz");
    const GroupedCase cases[] = {{"grouped2", 2}, {"depthwise", 5}, {"depthwise_multiplier2", 3},
                                 {"plain1x1", 1}, {"plain3x3", 1},  {"conv1d", 1}};
    for (const GroupedCase& given : cases) {
        INFO(given.name);
        const std::string prefix = "graph/" + std::string(given.name) + "/";
        const Layer stored = stored_convolution(file, given);
        const Layer unrolled = map_convolution(stored, ConvMapping::unrolled).layer;
        const auto matrix = file.read(prefix + "biadjacency_unrolled");
        const std::vector<double> edges = matrix.to_doubles();
        REQUIRE(matrix.shape() == std::vector<std::size_t>{unrolled.pattern.cols(), unrolled.pattern.rows()});
        for (std::size_t row = 0; row < unrolled.pattern.rows(); ++row) {
            std::vector<std::uint32_t> inputs;
            for (std::uint32_t col = 0; col < unrolled.pattern.cols(); ++col) {
                if (edges[col * unrolled.pattern.rows() + row] != 0) inputs.push_back(col);
            }
            CHECK(std::ranges::equal(unrolled.pattern.row(row), inputs));
        }
        check_singular_values(unrolled.pattern, file.read(prefix + "singular_values_unrolled").to_doubles());

        const MappedLayer channel = map_convolution(stored, ConvMapping::channel);
        const std::vector<double> counts = file.read(prefix + "channel_multiplicity").to_doubles();
        std::vector<double> found(counts.size(), 0);
        for (std::size_t row = 0, edge = 0; row < channel.layer.pattern.rows(); ++row) {
            for (const std::uint32_t col : channel.layer.pattern.row(row))
                found[col * channel.layer.pattern.rows() + row] =
                    channel.multiplicity.empty() ? 1 : channel.multiplicity[edge++];
        }
        CHECK(found == counts);
        check_singular_values(channel.layer.pattern, file.read(prefix + "singular_values_channel").to_doubles());
        CHECK(positions(unrolled) == stored.pattern.positions());
    }
}

}  // namespace espalier::topology
