// Time of one layer's three products over its density: by sparse kernels, by dense scratch and GEMM, by what
// model.execution = "auto" chooses here, and of a layer that keeps every weight. Prints one JSON document.
//
// usage: espalier_crossover [--quick]
#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <espalier/base/threads/threads.hpp>
#include <espalier/config/run_execution.hpp>
#include <espalier/kernels/instruction_set.hpp>
#include <espalier/nn/layers/linear.hpp>

#include "layer_problem.hpp"

namespace {

using namespace espalier;
using benchmarks::random_activations;
using Json = nlohmann::ordered_json;

/// Activations and gradients around a square layer.
struct Batch {
    kernels::Activations<float> in, out, grad_out, grad_in;

    Batch(std::size_t width, std::size_t lanes) : out(width, lanes), grad_in(width, lanes) {
        Stream stream(1, Purpose::test);
        in = random_activations(width, lanes, stream);
        grad_out = random_activations(width, lanes, stream);
    }
};

double seconds_of_products(nn::Linear<float>& layer, Batch& batch, std::size_t times) {
    const nn::Pass pass{true};
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t k = 0; k < times; ++k) {
        layer.forward(std::as_const(batch.in).view(), batch.out.view(), pass);
        layer.backward(std::as_const(batch.in).view(), std::as_const(batch.out).view(),
                       std::as_const(batch.grad_out).view(), batch.grad_in.view(), pass);
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / static_cast<double>(times);
}

struct Way {
    std::string name;
    nn::Linear<float> layer;

    Way(std::string way, const Pattern& pattern, nn::Execution execution)
        : name(std::move(way)), layer("fc", pattern, std::move(execution)) {
        Stream stream(1, Purpose::weight_init);
        for (float& value : layer.weight().parameter().values) {
            value = static_cast<float>(stream()) * 0x1p-32F - 0.5F;
        }
    }
};

/// The shortest of each way's times; the ways take turns, so that all see the same machine.
Json shortest(const std::vector<Way*>& ways, Batch& batch, int rounds, double budget) {
    std::map<std::string, double> seconds;
    std::map<std::string, std::size_t> times;
    for (Way* way : ways) {
        seconds_of_products(way->layer, batch, 1);
        const double once = seconds_of_products(way->layer, batch, 1);
        seconds[way->name] = once;
        times[way->name] = static_cast<std::size_t>(std::max(1.0, budget / once));
    }
    for (int round = 0; round < rounds; ++round) {
        for (Way* way : ways) {
            double& best = seconds[way->name];
            best = std::min(best, seconds_of_products(way->layer, batch, times[way->name]));
        }
    }
    Json result;
    for (const Way* way : ways) result[way->name] = seconds[way->name];
    return result;
}

struct Plan {
    std::vector<std::size_t> widths, batches;
    std::vector<double> densities;
    int rounds;
    double budget;  // seconds of a turn
};

void measure_width(std::size_t width, const Plan& plan, const nn::Execution& automatic, Json& points) {
    Way full("full", Pattern::full(width, width), {});
    for (const double density : plan.densities) {
        const Pattern pattern = benchmarks::random_pattern(width, width, density);
        Way sparse("sparse", pattern, nn::Execution(nn::ExecutionWay::sparse));
        Way dense("dense", pattern, nn::Execution(nn::ExecutionWay::dense));
        Way chosen("auto", pattern, automatic);
        for (const std::size_t lanes : plan.batches) {
            Batch batch(width, lanes);
            points.push_back(
                {{"width", width},
                 {"batch", lanes},
                 {"density", density},
                 {"seconds", shortest({&sparse, &dense, &chosen, &full}, batch, plan.rounds, plan.budget)}});
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    const bool quick = argc > 1 && std::string(argv[1]) == "--quick";
    const Plan plan =
        quick ? Plan{{256, 1024}, {128}, {0.05, 0.2, 0.4, 0.8}, 3, 0.005}
              : Plan{{256, 1024, 4096}, {32, 128}, {0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9}, 5, 0.05};
    const nn::Crossovers table = config::machine_crossovers();
    const bool shipped = table == config::shipped_crossovers(kernels::instruction_set());
    Json points = Json::array();
    for (const std::size_t width : plan.widths)
        measure_width(width, plan, nn::Execution(nn::ExecutionWay::automatic, table), points);
    std::cout << Json{{"threads", threads()}, {"table", shipped ? "shipped" : "this machine's own"}, {"points", points}}
                     .dump(1)
              << std::endl;
    return 0;
}
