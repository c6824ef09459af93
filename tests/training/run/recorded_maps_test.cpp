#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/formats/npz.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/conv_mapping.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/topology/paths/effective.hpp>
#include <espalier/topology/paths/effective_maps.hpp>
#include <espalier/topology/registry.hpp>
#include <espalier/training/run/recorded_maps.hpp>

#include "nn/models/tiny_convnets.hpp"
#include "support.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// As a run records it: layers by their numbered names, what feeds them, groups, maps.
topology::Topology recorded_network(const nn::NetworkSpec& spec, const std::vector<Pattern>& masks) {
    topology::Topology net{"recorded", {}};
    const auto name = [&](std::size_t k) {
        return k == nn::network_input ? std::string() : topology::numbered_name(k, spec.nodes[k].name);
    };
    const auto fed_by = spec.fed_by();
    for (const std::size_t k : spec.weighted()) {
        const nn::NodeSpec& node = spec.nodes[k];
        topology::Layer layer{name(k), node.weight->shape, masks[net.layers.size()], {}};
        layer.fed_by.emplace();
        for (const std::size_t from : fed_by[k]) layer.fed_by->push_back(name(from));
        if (node.window) layer.groups = node.window->groups;
        net.layers.push_back(std::move(layer));
    }
    net.maps = std::make_shared<topology::MapGraph>(recorded_maps(spec));
    return net;
}

std::vector<Pattern> whole_masks(const nn::NetworkSpec& spec) {
    std::vector<Pattern> masks;
    for (const std::size_t k : spec.weighted())
        masks.push_back(Pattern::full(spec.nodes[k].weight->rows(), spec.nodes[k].weight->cols()));
    return masks;
}

/// Masks under prefix + layer + ".weight".
std::vector<Pattern> stored_masks(const nn::NetworkSpec& spec, const NpzFile& file, const std::string& prefix) {
    std::vector<Pattern> masks;
    for (const std::size_t k : spec.weighted()) {
        const std::vector<double> kept = file.read(prefix + spec.nodes[k].name + ".weight").to_doubles();
        std::vector<std::uint64_t> flat;
        for (std::size_t at = 0; at < kept.size(); ++at) {
            if (kept[at] != 0) flat.push_back(at);
        }
        masks.push_back(Pattern::from_flat(spec.nodes[k].weight->rows(), spec.nodes[k].weight->cols(), flat));
    }
    return masks;
}

/// What the program's gradient says of one mask.
void check_paths(const nn::NetworkSpec& spec, const std::vector<Pattern>& masks, const nlohmann::json& known) {
    const topology::Topology net =
        topology::map_convolutions(recorded_network(spec, masks), topology::ConvMapping::unrolled);
    const topology::Effective spatial = topology::effective(net, {.through_maps = true});
    const topology::Effective channel = topology::effective(net, {});
    const double paths = known.at("paths").get<double>();
    CHECK(spatial.paths.to_double() == Approx(paths).epsilon(1e-12));
    if (paths > 0) CHECK(spatial.paths.log10() == Approx(known.at("log10_paths").get<double>()).epsilon(1e-12));
    std::size_t l = 0;
    for (const std::size_t k : spec.weighted()) {
        const std::string name = spec.nodes[k].name + ".weight";
        INFO(name);
        CHECK(net.layers[l].pattern.edges() == known.at("kept").at(name).get<std::size_t>());
        CHECK(spatial.layers[l].parameters == known.at("effective_spatial").at(name).get<std::size_t>());
        if (known.contains("effective_channel_graph"))
            CHECK(channel.layers[l].parameters == known.at("effective_channel_graph").at(name).get<std::size_t>());
        CHECK(spatial.layers[l].parameters <= channel.layers[l].parameters);
        ++l;
    }
}

nn::NetworkSpec heads_tiny(std::size_t heads) {
    return nn::network_spec("neurotrails_wrn-10-1", {.width = 2, .global_pool = true, .heads = heads}, {3, 8, 8}, 5);
}

struct KnownPaths {
    const char* name;
    nn::NetworkSpec (*spec)();
};

constexpr KnownPaths known_paths[] = {
    {"resnet20_w4", resnet20_w4},         {"resnet8_A_w8", resnet8_a}, {"bottleneck_tiny", bottleneck_tiny},
    {"vgg_granet_tiny", vgg_granet_tiny}, {"wrn10_tiny", wrn10_tiny},  {"mobilenet_tiny", mobilenet_tiny},
    {"lenet5_tiny", lenet5_tiny},         {"vgg_c_tiny", vgg_c_tiny},
};

}  // namespace

TEST_CASE("recorded maps: effective paths are those of an independent program, on maps and on channels",
          "[training][effective]") {
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    const NpzFile extras(*folder / "convnets" / "extras.npz");
    std::ifstream text(*folder / "convnets" / "extras.json");
    const auto all = nlohmann::json::parse(text);
    std::size_t cases = 0;
    for (const KnownPaths& network : known_paths) {
        const std::string path = "paths/" + std::string(network.name);
        const nn::NetworkSpec spec = network.spec();
        const NpzFile model(*folder / "convnets" / "models" / (std::string(network.name) + ".npz"));
        for (const auto& [part, known] : all.at(path).items()) {
            if (!part.starts_with("with_")) continue;
            INFO(network.name << " " << part);
            const std::string mask = part.substr(5);
            check_paths(spec,
                        mask == "mask_of_file" ? stored_masks(spec, model, "mask/")
                                               : stored_masks(spec, extras, path + "/" + mask + "/"),
                        known);
            ++cases;
        }
    }
    CHECK(cases == 17);
}

TEST_CASE("recorded maps: on one pixel only the centre of a window acts, on four pixels all nine places",
          "[training][effective]") {
    for (const std::size_t side : {1, 2}) {
        nn::ImageBuilder b({2, 2, 2});
        if (side == 1) b.max_pool("pool", 2);
        b.conv("conv", {.channels = 3, .kernel = 3, .padding = 1}).relu("relu");
        b.flatten("flatten").linear("fc", 2);
        const nn::NetworkSpec spec = b.take();
        const topology::Topology net = recorded_network(spec, whole_masks(spec));
        const topology::Effective found = topology::effective(net, {.through_maps = true});
        CHECK(found.layers[0].parameters == (side == 1 ? 6 : 54));
        CHECK(topology::effective(net, {}).layers[0].parameters == 54);
        // Each output pixel of a 2x2 map meets all four pixels; the pooled pixel is their sum.
        CHECK(found.paths.to_double() == (side == 1 ? 4 * 2 * 3 * 2 : 4 * 4 * 2 * 3 * 2));
    }
}

TEST_CASE("recorded maps: paths end in the classifier of every head, and each adds as many", "[training][effective]") {
    const auto paths = [](std::size_t heads, bool through_maps) {
        const nn::NetworkSpec spec = heads_tiny(heads);
        const topology::Topology net =
            topology::map_convolutions(recorded_network(spec, whole_masks(spec)), topology::ConvMapping::unrolled);
        CHECK(net.maps->nodes.size() + 2 == spec.nodes.size());  // what joins the heads is no map
        const topology::Effective found = topology::effective(net, {.through_maps = through_maps});
        for (std::size_t l = 0; l < net.layers.size(); ++l)
            CHECK(found.layers[l].parameters == net.layers[l].pattern.edges());
        return found.paths.to_double();
    };
    for (const bool through_maps : {false, true})
        CHECK(3.0 * paths(2, through_maps) == Approx(2.0 * paths(3, through_maps)).epsilon(1e-12));
}

TEST_CASE("recorded maps: every metric has a value, or says why not, on every kind of network of images",
          "[training][metrics]") {
    std::vector<KnownPaths> all(std::begin(known_paths), std::end(known_paths));
    all.push_back({"two heads", [] { return heads_tiny(2); }});
    all.push_back({"slak", [] {
                       return nn::network_spec("slak_1_1", {.width = 6, .kernels = {7, 5}}, {3, 16, 16}, 10);
                   }});
    for (const KnownPaths& network : all) {
        const nn::NetworkSpec spec = network.spec();
        Stream stream = test_stream();
        std::vector<Pattern> masks;
        for (const Pattern& full : whole_masks(spec))
            masks.push_back(random_pattern(full.rows(), full.cols(), 0.3, stream));
        topology::Topology stored = recorded_network(spec, masks);
        for (topology::Layer& layer : stored.layers) {
            for (const double value : random_values(layer.pattern.edges(), stream))
                layer.values.push_back(static_cast<float>(value));
        }
        for (const auto mapping : {topology::ConvMapping::unrolled, topology::ConvMapping::channel}) {
            const topology::Topology net = topology::map_convolutions(stored, mapping);
            for (const topology::Metric& metric : topology::metrics()) {
                INFO(network.name << " " << metric.name);
                const topology::MetricResult result = topology::measure(metric, net);  // nothing throws
                CHECK(result.layers.size() == net.layers.size());
                if (result.network.is_undefined()) CHECK_FALSE(result.network.reason().empty());
            }
        }
    }
}

TEST_CASE("recorded maps: topology files keep them; what does not fit is refused by name", "[training][effective]") {
    const nn::NetworkSpec spec = mobilenet_tiny();
    topology::Topology net = recorded_network(spec, whole_masks(spec));
    net.label = "net";
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "maps.h5";
    topology::write_topology_file(file, std::vector{net});
    const topology::Topology stored = topology::read_snapshot(file, "net");
    REQUIRE(stored.maps != nullptr);
    const auto unrolled = [](const topology::Topology& given) {
        return topology::map_convolutions(given, topology::ConvMapping::unrolled);
    };
    const auto paths = topology::paths_through_maps(unrolled(net)).paths.to_double();
    CHECK(topology::paths_through_maps(unrolled(stored)).paths.to_double() == paths);
    CHECK(paths > 0);

    topology::Topology part = unrolled(stored);
    part.layers.erase(part.layers.begin() + 2);
    CHECK_THROWS_WITH(topology::paths_through_maps(part), Contains("all layers"));
    const auto channels = topology::map_convolutions(stored, topology::ConvMapping::channel);
    CHECK_THROWS_WITH(topology::paths_through_maps(channels), Contains("--conv unrolled"));
    topology::Topology silent = unrolled(stored);
    silent.maps = nullptr;
    CHECK_THROWS_WITH(topology::paths_through_maps(silent), Contains("sizes of maps are not known"));

    const auto spoilt = [&](const auto& change) {
        topology::write_topology_file(file, std::vector{net}, [&](hdf5::Group& root) {
            hdf5::Group maps = root.group("maps").group("net");
            change(maps);
        });
        return topology::paths_through_maps(unrolled(topology::read_snapshot(file, "net")));
    };
    using Numbers = std::vector<std::int64_t>;
    CHECK_THROWS_WITH(spoilt([](hdf5::Group& maps) {
                          maps.set_attribute("image", Numbers{3, -1, 8});
                      }),
                      Contains("'image'"));
    CHECK_THROWS_WITH(spoilt([](hdf5::Group& maps) {
                          maps.set_attribute("image", Numbers{3, 9, 8});
                      }),
                      Contains("000_conv1") && Contains("windows"));
    CHECK_THROWS_WITH(spoilt([](hdf5::Group& maps) {
                          maps.set_attribute("image", Numbers{1 << 20, 1 << 20, 1 << 20});
                      }),
                      Contains("2^24"));
    CHECK_THROWS_WITH(spoilt([](hdf5::Group& maps) {
                          maps.group("000_conv1").set_attribute("window", Numbers{3, 0, 1, 1, 1, 3, 1, 1, 1, 1});
                      }),
                      Contains("000_conv1") && Contains("stride of 0"));
    CHECK_THROWS_WITH(
        spoilt([](hdf5::Group& maps) { maps.group("000_conv1").set_attribute("inputs", std::string("002_relu1")); }),
        Contains("002_relu1"));
    CHECK_THROWS_WITH(spoilt([](hdf5::Group& maps) {
                          maps.group("001_bn1").set_attribute("image", Numbers{6, 8, 9});
                      }),
                      Contains("001_bn1"));
}

}  // namespace espalier::training
