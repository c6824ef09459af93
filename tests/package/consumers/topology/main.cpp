#include <iostream>

#include <espalier/topology/distance/nnstd.hpp>
#include <espalier/topology/files/sources.hpp>
#include <espalier/topology/registry.hpp>

/// How far apart two sets of masks are, and what one metric says of the first. Masks: run files, .npz, .safetensors,
/// .pt.
int main(int argc, char** argv) {
    namespace topology = espalier::topology;
    if (argc != 3) {
        std::cerr << "usage: consumer MASKS MASKS\n";
        return 2;
    }
    try {
        const topology::Topology first = topology::read_topologies(argv[1]).front();
        const topology::Topology second = topology::read_topologies(argv[2]).front();
        for (const topology::LayerMatch& match : topology::nnstd(first, second)) std::cout << match.distance << '\n';
        const topology::MetricResult degrees = topology::measure(topology::find_metric("degree"), first);
        std::cout << first.layers.front().name << ' ' << first.layers.front().pattern.edges() << ' '
                  << degrees.layers.front().find("inputs")->find("mean")->number() << '\n';
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
