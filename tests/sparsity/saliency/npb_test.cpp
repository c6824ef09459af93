#include <algorithm>
#include <map>
#include <set>

#include <espalier/sparsity/saliency/npb.hpp>
#include <espalier/topology/paths/effective.hpp>

#include "sparsity/saliency/image_problems.hpp"
#include "sparsity/saliency/problems.hpp"

namespace espalier::sparsity {
using namespace testing;

namespace {

SaliencyProblem problem_of(const std::vector<Shape>& shapes, double density) {
    SaliencyProblem problem;
    problem.seed = test_stream()();
    for (const Shape& shape : shapes) {
        const auto kept = static_cast<std::size_t>(density * static_cast<double>(positions(shape)));
        problem.layers.push_back({"fc", shape, kept});
    }
    return problem;
}

topology::Effective effective_of(const std::vector<Pattern>& masks) {
    topology::Topology topology{"masks", {}};
    for (const Pattern& mask : masks) topology.layers.push_back({"fc", {mask.rows(), mask.cols()}, mask, {}});
    return topology::effective(topology);
}

const std::vector<Shape> three_shapes{{60, 50}, {40, 60}, {10, 40}};

}  // namespace

TEST_CASE("npb: counts by layer, all weights on paths, the objective told", "[sparsity][saliency]") {
    INFO(seed_text());
    SaliencyProblem problem = problem_of(three_shapes, 0.05);
    problem.options.refill = false;
    const SaliencyMasks plain = npb(problem);
    for (std::size_t l = 0; l < three_shapes.size(); ++l) {
        CHECK(plain.masks[l].edges() == problem.layers[l].kept);
        CHECK_THAT(plain.notes[l], Contains("node-path objective "));
    }
    CHECK(effective_of(plain.masks).parameters < edges(plain.masks));
    problem.options.refill = true;
    const SaliencyMasks found = npb(problem);
    CHECK(edges(found.masks) == problem.kept());
    CHECK(effective_of(found.masks).parameters > effective_of(plain.masks).parameters);
    CHECK(npb(problem).masks == found.masks);
    problem.seed += 1;
    CHECK(npb(problem).masks != found.masks);
    // Where many neurons lie on paths there is room for all.
    problem.options.alpha = 0.9;
    const SaliencyMasks roomy = npb(problem);
    CHECK(edges(roomy.masks) == problem.kept());
    CHECK(effective_of(roomy.masks).parameters == problem.kept());
}

TEST_CASE("npb: more weight for neurons, more of them in use and fewer paths", "[sparsity][saliency]") {
    INFO(seed_text());
    SaliencyProblem problem = problem_of(three_shapes, 0.08);
    problem.options.alpha = 0.0;
    const topology::Effective paths = effective_of(npb(problem).masks);
    problem.options.alpha = 0.99;
    const topology::Effective nodes = effective_of(npb(problem).masks);
    CHECK(nodes.nodes > paths.nodes);
    CHECK(nodes.paths.log10() < paths.paths.log10());
}

TEST_CASE("npb: large layers are solved in chunks of equal density", "[sparsity][saliency]") {
    INFO(seed_text());
    SaliencyProblem problem = problem_of({{95, 100}, {10, 95}}, 0.05);
    problem.options.refill = false;
    const Pattern mask = npb(problem).masks[0];
    CHECK(mask.edges() == 475);
    for (std::size_t chunk = 0; chunk < 9; ++chunk) {
        CHECK(mask.row_begin(10 * chunk + 10) - mask.row_begin(10 * chunk) == 50);
    }
    problem.options.chunk = 0;
    CHECK(npb(problem).masks[0].edges() == 475);
}

TEST_CASE("npb: layers left out stay full, weights without any path stay", "[sparsity][saliency]") {
    SaliencyProblem problem = problem_of(three_shapes, 0.05);
    problem.layers[1].left_out = true;
    const std::vector<Pattern> masks = npb(problem).masks;
    CHECK(masks[1].is_full());
    CHECK(masks[0].edges() + masks[2].edges() == problem.kept());
    problem.layers[1].left_out = false;
    const std::vector<Pattern> cut{pattern({{1, 0}, {1, 0}}), pattern({{0, 0}, {0, 0}}), pattern({{1, 1}, {0, 0}})};
    CHECK(with_all_on_paths(problem, cut) == cut);
}

TEST_CASE("npb: refilling fills between neurons on paths, moves on what finds no room", "[sparsity][saliency]") {
    const SaliencyProblem problem = problem_of({{2, 2}, {2, 2}}, 1.0);
    // Only input 1, neuron 0 and output 0 lie on a path; the weight (1, 0) of layer 1 leads nowhere, nor does (1, 1) of
    // layer 2 come from anywhere that does.
    const std::vector<Pattern> masks{pattern({{0, 1}, {1, 0}}), pattern({{1, 0}, {0, 0}})};
    const std::vector<Pattern> refilled = with_all_on_paths(problem, masks);
    CHECK(edges(refilled) == 3);
    CHECK(refilled[0].contains(0, 1));
    CHECK(refilled[1].contains(0, 0));
    // Two weights of layer 1 lead nowhere, and between its neurons on paths nothing is free; layer 2 has room there.
    const std::vector<Pattern> full_front{pattern({{1, 0}, {1, 0}, {1, 1}}), pattern({{1, 0, 0}, {0, 1, 0}})};
    const SaliencyProblem wide = problem_of({{3, 2}, {2, 3}}, 1.0);
    CHECK(with_all_on_paths(wide, full_front) ==
          std::vector<Pattern>{pattern({{1, 0}, {1, 0}, {0, 0}}), pattern({{1, 1, 0}, {1, 1, 0}})});
}

TEST_CASE("npb: in residual networks and convolutions counts hold, and most weights are on paths",
          "[sparsity][saliency]") {
    for (const nn::NetworkSpec& spec : networks_with_paths()) {
        INFO(seed_text() << " " << spec.nodes.front().name << " " << spec.nodes.size() << " nodes");
        ImageProblem made(spec, 0.1, test_stream()());
        made.problem.network = nullptr;  // it looks at no weights
        made.problem.options.refill = false;
        const SaliencyMasks plain = npb(made.problem);
        for (std::size_t l = 0; l < plain.masks.size(); ++l) {
            CHECK(plain.masks[l].edges() == made.problem.layers[l].kept);
            CHECK_THAT(plain.notes[l], Contains("node-path objective "));
        }
        made.problem.options.refill = true;
        const std::vector<Pattern> masks = npb(made.problem).masks;
        CHECK(edges(masks) == made.problem.kept());
        CHECK(on_paths(spec, masks) >= on_paths(spec, plain.masks));
        CHECK(npb(made.problem).masks == masks);
    }
}

TEST_CASE("npb: kernels have as many weights as they may, and as many kernels are in use as there can be",
          "[sparsity][saliency]") {
    const nn::NetworkSpec spec = nn::network_spec("cifar_resnet_8_4", {}, {3, 8, 8}, 10);
    ImageProblem made(spec, 0.3, 5);
    made.problem.options.refill = false;
    for (const std::size_t kernel : {3, 4, 9}) {
        made.problem.options.kernel = kernel;
        const std::vector<Pattern> masks = npb(made.problem).masks;
        for (std::size_t l = 0; l < masks.size(); ++l) {
            const Shape& shape = made.problem.layers[l].shape;
            if (shape.size() < 4 || shape[2] < 3) continue;
            std::map<std::size_t, std::size_t> in_kernel;
            for (const std::uint64_t position : masks[l].flat()) ++in_kernel[position / 9];
            for (const auto& [unused, count] : in_kernel) CHECK(count <= kernel);
        }
    }
    // Kernels alone count: 0.3 of nine places is more than one for each.
    made.problem.options.kernel = 9;
    made.problem.options.beta = 100.0;
    const std::vector<Pattern> masks = npb(made.problem).masks;
    std::set<std::size_t> in_use;
    for (const std::uint64_t position : masks[1].flat()) in_use.insert(position / 9);
    CHECK(in_use.size() == 16);
}

}  // namespace espalier::sparsity
