#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/config/run_execution.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/layers/linear.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/optim/optimizer.hpp>
#include <espalier/topology/distance/nnstd.hpp>
#include <espalier/topology/spectral/leading_singular_values.hpp>

#include "../layer_problem.hpp"
#include "convnet_work.hpp"
#include "structure_work.hpp"
#include "work.hpp"

namespace espalier::benchmarks {
namespace {

/// How a run without further words computes its layers.
nn::Execution execution() {
    return nn::Execution(nn::ExecutionWay::automatic, config::machine_crossovers());
}

nn::BuildOptions build_options() {
    nn::BuildOptions options;
    options.execution = execution();
    return options;
}

/// A network with its batch, data of fixed random numbers.
class MlpStep {
  public:
    MlpStep(const nn::NetworkSpec& spec, double density, std::size_t batch)
        : network_(nn::build<float>(spec, patterns(spec, density), build_options())),
          parameters_(network_.table().trained()) {
        optim::prepare<float>(optimizer_, parameters_);
        Stream stream(1, Purpose::test);
        inputs_ = random_activations(spec.inputs, batch, stream);
        for (std::size_t k = 0; k < batch; ++k)
            labels_.push_back(static_cast<std::uint32_t>(stream.below(spec.nodes.back().outputs)));
    }

    void operator()() {
        const nn::Pass pass{true, 0, step_};
        const auto logits = network_.forward(workspace_, std::as_const(inputs_).view(), pass);
        const kernels::LossSum sum =
            kernels::softmax_cross_entropy<float>(logits, labels_, network_.output_gradient(workspace_));
        if (!std::isfinite(sum.loss)) throw NumericError("the loss is not a finite number");
        network_.backward(workspace_, pass);
        optim::update<float>(optimizer_, parameters_, 0.1, static_cast<std::int64_t>(step_));
        ++step_;
    }

    std::size_t weights() {
        std::size_t count = 0;
        for (const std::size_t k : network_.weighted_layers()) count += network_.weight(k)->pattern().edges();
        return count;
    }

  private:
    /// The same density in every layer, the last one too.
    static std::vector<Pattern> patterns(const nn::NetworkSpec& spec, double density) {
        std::vector<Pattern> all;
        for (const auto& layer : spec.weight_shapes()) {
            all.push_back(random_pattern(layer[0], layer[1], density, static_cast<std::uint32_t>(all.size())));
        }
        return all;
    }

    nn::Network<float> network_;
    std::vector<nn::Parameter<float>*> parameters_;
    optim::OptimizerOptions optimizer_;  // SGD, momentum 0.9
    nn::Workspace<float> workspace_;
    kernels::Activations<float> inputs_;
    std::vector<std::uint32_t> labels_;
    std::uint64_t step_ = 0;
};

Work mlp_step(const Request& request) {
    const std::vector<std::size_t> widths = request.numbers("shape");
    if (widths.size() < 2) throw ConfigError("shape: at least inputs and classes are needed, as in 784,1024,10");
    const nn::NetworkSpec spec =
        nn::mlp_spec({{widths.begin() + 1, widths.end() - 1}, {}, 0.0}, widths.front(), widths.back());
    auto step = std::make_shared<MlpStep>(spec, request.share("density"), request.number("batch"));
    return {[step] { (*step)(); }, step->weights()};
}

std::shared_ptr<LayerProblem> square_problem(const Request& request) {
    const std::size_t width = request.number("width");
    return std::make_shared<LayerProblem>(LayerSize{width, width, request.share("density"), request.number("batch")});
}

Work linear(const Request& request) {
    const auto problem = square_problem(request);
    const auto layer = std::make_shared<nn::Linear<float>>("fc", problem->weight.pattern(), execution());
    layer->weight().parameter().values = problem->weight.parameter().values;
    return {[problem, layer] {
                const nn::Pass pass{true};
                layer->forward(std::as_const(problem->in).view(), problem->out.view(), pass);
                layer->backward(std::as_const(problem->in).view(), std::as_const(problem->out).view(),
                                std::as_const(problem->grad_out).view(), problem->grad_in.view(), pass);
            },
            problem->edges()};
}

Work product(const Request& request) {
    const auto problem = square_problem(request);
    return {[problem] { problem->forward(); }, problem->edges()};
}

Work leading_singular_values(const Request& request) {
    const std::vector<std::size_t> shape = request.numbers("shape");
    if (shape.size() != 2) throw ConfigError("shape: outputs and inputs are needed, as in 4608,512");
    const Pattern pattern = random_pattern(shape[0], shape[1], request.share("density"));
    return {[pattern] { topology::leading_singular_values(topology::Biadjacency(pattern), 2); }, pattern.edges()};
}

/// The distance of two independent layers: all costs, the matching, the tie rule.
Work nnstd_pair(const Request& request) {
    const std::size_t width = request.number("width");
    const double density = request.share("density");
    const auto first = std::make_shared<Pattern>(random_pattern(width, width, density, 1));
    const auto second = std::make_shared<Pattern>(random_pattern(width, width, density, 2));
    return {[first, second] {
                const double distance = topology::match_layer(*first, *second).distance;
                if (!std::isfinite(distance)) throw NumericError("the distance is not a finite number");
            },
            first->edges() + second->edges()};
}

}  // namespace

Request::Request(const std::vector<std::string>& words) {
    const std::vector<std::string> known = {"threads", "density", "batch", "shape", "width", "model", "erk"};
    for (const std::string& word : words) {
        const std::size_t sign = word.find('=');
        const std::string name = word.substr(0, sign);
        if (sign == std::string::npos || std::find(known.begin(), known.end(), name) == known.end()) {
            throw ConfigError("'" + word + "': name=value with one of the names " + join(known) + " is needed");
        }
        values_[name] = word.substr(sign + 1);
    }
}

const std::string& Request::text(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw ConfigError(name + "=... is needed");
    return found->second;
}

std::size_t Request::number(const std::string& name) const {
    return numbers(name).front();
}

double Request::share(const std::string& name) const {
    char* end = nullptr;
    const double value = std::strtod(text(name).c_str(), &end);
    if (*end != '\0' || !(value >= 0.0 && value <= 1.0)) throw ConfigError(name + ": a number from 0 to 1 is needed");
    return value;
}

std::vector<std::size_t> Request::numbers(const std::string& name) const {
    std::vector<std::size_t> all;
    for (const std::string& part : split(text(name), ',')) {
        char* end = nullptr;
        all.push_back(std::strtoul(part.c_str(), &end, 10));
        if (*end != '\0' || all.back() == 0) throw ConfigError(name + ": '" + part + "' is no positive number");
    }
    return all;
}

Work make_work(const std::string& kind, const Request& request) {
    if (kind == "mlp_step") return mlp_step(request);
    if (kind == "linear") return linear(request);
    if (kind == "product") return product(request);
    if (kind == "leading_singular_values") return leading_singular_values(request);
    if (kind == "nnstd") return nnstd_pair(request);
    if (const auto work = make_structure_work(kind, request)) return *work;
    if (const auto work = make_convnet_work(kind, request)) return *work;
    throw ConfigError("'" + kind +
                      "': mlp_step, convnet_step, linear, product, leading_singular_values, nnstd, components, "
                      "matching or betweenness "
                      "is needed");
}

}  // namespace espalier::benchmarks
