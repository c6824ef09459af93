// Where a training step of a network of images goes: each kind of layer by shape, its time alone on images from memory,
// useful GFLOP/s of products and GB/s of everything else, and how far the whole step is from the sum of them.
//
// usage: espalier_convnet_roofline MODEL DENSITY uniform|erk [threads]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/models/models.hpp>

#include "peers/convnet_work.hpp"

namespace {

using namespace espalier;

constexpr std::size_t lanes = 128;

/// The median of several runs, the first unmeasured.
double seconds_of(const std::function<void()>& body) {
    constexpr int runs = 7;
    body();
    std::vector<double> seconds;
    for (int run = 0; run < runs; ++run) {
        const auto start = std::chrono::steady_clock::now();
        body();
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::nth_element(seconds, seconds.begin() + runs / 2);
    return seconds[runs / 2];
}

/// Layers of one kind and shape together.
struct Line {
    std::size_t layers = 0;
    double forward = 0.0;   ///< seconds
    double backward = 0.0;  ///< seconds
    double flops = 0.0;     ///< useful ones of a forward pass; twice as many come back
    double bytes = 0.0;     ///< of the inputs and the output, each once
};

void fill(kernels::Activations<float>& activations, std::size_t room, kernels::Layout layout) {
    activations.resize(room, lanes, layout);
    const kernels::View<float> view = activations.view();
    for (std::size_t k = 0; k < view.elements(); ++k) view.data[k] = static_cast<float>(k % 7) * 0.25F - 0.75F;
}

/// What of a layer a step really runs: a ReLU is done by the layer before it, its way back by a batch norm alone.
struct Parts {
    bool forward = true;
    bool backward = true;
};

Parts parts_of(const nn::NetworkSpec& spec, std::size_t k) {
    const std::size_t before = spec.nodes[k].inputs.front();
    if (spec.nodes[k].kind != "relu" || before == nn::network_input) return {};
    return {false, spec.nodes[before].kind != "batch_norm"};
}

/// One layer alone. Numbers stand in borders too; times do not mind.
void measure(nn::Layer<float>& layer, bool image, const Parts& parts, std::size_t room, Line& line) {
    using kernels::Layout;
    const Layout taken = layer.takes().value_or(image ? Layout::lane_blocks : Layout::rows);
    std::vector<kernels::Activations<float>> in(layer.arity()), back(layer.arity());
    std::vector<kernels::View<const float>> inputs;
    std::vector<kernels::View<float>> gradients;
    for (std::size_t k = 0; k < layer.arity(); ++k) {
        fill(in[k], room, taken);
        fill(back[k], room, taken);
        inputs.push_back(std::as_const(in[k]).view());
        gradients.push_back(back[k].view());
    }
    kernels::Activations<float> out, grad_out;
    const Layout given = layer.gives(taken);
    const std::size_t out_room = given == Layout::rows ? layer.outputs() : layer.room(room);
    fill(out, out_room, given);
    fill(grad_out, out_room, given);
    nn::Cache<float> cache;
    const nn::Pass pass{.training = true, .seed = 1};
    const double forward = seconds_of([&] { layer.forward_node(inputs, out.view(), cache, pass); });
    if (parts.forward) line.forward += forward;
    const double backward = seconds_of([&] {
        layer.backward_node(inputs, std::as_const(out).view(), std::as_const(grad_out).view(), gradients, cache, pass);
    });
    if (parts.backward) line.backward += backward;
    line.bytes += 4.0 * static_cast<double>(lanes * (room * layer.arity() + out_room));
    ++line.layers;
}

std::string title(const nn::NetworkSpec& spec, std::size_t k) {
    const nn::NodeSpec& node = spec.nodes[k];
    const kernels::Image in = spec.input_of(k);
    std::ostringstream text;
    text << node.kind;
    if (node.window) {
        const kernels::Window& window = node.window->window;
        text << ' ' << window.rows.kernel << 'x' << window.cols.kernel;
        if (window.rows.stride > 1) text << " stride " << window.rows.stride;
    }
    text << ' ' << in.channels << '-' << node.output().channels << " at " << in.height << 'x' << in.width;
    return text.str();
}

void report(const std::string& model, double density, bool erk) {
    const nn::NetworkSpec spec = nn::network_spec(model, {}, {3, 32, 32}, 10);
    nn::Network<float> network = nn::build<float>(spec, benchmarks::convnet_masks(spec, density, erk), {});
    std::vector<std::string> order;
    std::map<std::string, Line> lines;
    std::vector<std::size_t> rooms;
    for (std::size_t k = 0; k < network.size(); ++k) {
        const std::size_t input = network.inputs_of(k).front();
        const std::size_t room = input == nn::network_input ? network.inputs() : rooms[input];
        rooms.push_back(network.layer(k).room(room));
        const std::string name = title(spec, k);
        if (!lines.contains(name)) order.push_back(name);
        Line& line = lines[name];
        if (const auto* weight = network.weight(k)) {
            line.flops += 2.0 * static_cast<double>(weight->pattern().edges() * spec.nodes[k].weight->uses * lanes);
        }
        const bool image = input == nn::network_input || spec.nodes[input].image.channels != 0;
        measure(network.layer(k), image, parts_of(spec, k), room, line);
    }
    std::printf("%-42s %6s %11s %11s %22s %20s\n", "layers", "count", "forward ms", "backward ms",
                "GFLOP/s forward, back", "GB/s forward");
    double products = 0.0, rest = 0.0;
    for (const std::string& name : order) {
        const Line& line = lines[name];
        (line.flops > 0.0 ? products : rest) += line.forward + line.backward;
        std::printf("%-42s %6zu %11.2f %11.2f", name.c_str(), line.layers, 1e3 * line.forward, 1e3 * line.backward);
        if (line.flops > 0.0) {
            std::printf(" %12.1f %9.1f", 1e-9 * line.flops / line.forward, 2e-9 * line.flops / line.backward);
        } else {
            std::printf(" %22s", "");
        }
        if (line.forward > 0.0) std::printf(" %20.1f", 1e-9 * line.bytes / line.forward);
        std::printf("\n");
    }
    const auto step = benchmarks::make_convnet_work(
        "convnet_step",
        benchmarks::Request({"model=" + model, "density=" + std::to_string(density),
                             std::string("erk=") + (erk ? "1" : "0"), "batch=" + std::to_string(lanes)}));
    const double whole = seconds_of(step->once);
    std::printf("\nproducts %.1f ms, everything else %.1f ms, their sum %.1f ms; a step takes %.1f ms\n",
                1e3 * products, 1e3 * rest, 1e3 * (products + rest), 1e3 * whole);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4 || argc > 5) {
        std::fprintf(stderr, "usage: %s MODEL DENSITY uniform|erk [threads]\n", argv[0]);
        return 2;
    }
    try {
        set_threads(argc > 4 ? std::stoi(argv[4]) : 1);
        report(argv[1], std::stod(argv[2]), std::string(argv[3]) == "erk");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
