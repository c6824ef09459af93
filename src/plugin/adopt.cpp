#include <cmath>
#include <memory>
#include <mutex>

#include <espalier/config/callbacks.hpp>
#include <espalier/kernels/objectives.hpp>
#include <espalier/plugin/adopt.hpp>
#include <espalier/plugin/views.hpp>
#include <espalier/sparsity/rules/best_absent.hpp>
#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::plugin {
namespace {

std::uint64_t seed_of(Stream stream) {
    const std::uint64_t high = stream();
    return high << 32U | stream();
}

/// Calls a plug-in's function; whatever it throws becomes an error that names it.
template <class Work>
void call(const std::string& who, const Work& work) {
    try {
        work();
    } catch (const Interruption&) {
        throw;
    } catch (const std::exception& error) {
        throw PluginError(who, error.what(), std::current_exception());
    }
}

std::string called(const char* what, const Named& named) {
    return std::string(what) + " '" + named.name + "'";
}

void require_scores(std::span<const float> scores, const std::string& who) {
    for (const float score : scores) {
        if (!(score >= 0.0F))
            throw NumericError(who + ": a score is " + (std::isnan(score) ? "not a number" : "negative"));
    }
}

kernels::LossSum scaled_loss(const Host::Sum& sum, const std::string& who, kernels::View<const float> outputs,
                             std::span<const std::uint32_t> labels, kernels::View<float> gradient) {
    const LossQuestion asked{outputs.data,  labels.data(),  outputs.features,
                             labels.size(), outputs.stride, gradient.data};
    kernels::LossSum result{.loss = 0.0, .correct = kernels::count_correct(outputs, labels)};
    call(who, [&] { result.loss = sum(asked); });
    if (gradient.data == nullptr) return result;
    const float share = 1.0F / static_cast<float>(labels.size());
    for (std::size_t f = 0; f < gradient.features; ++f) {
        float* row = gradient.row(f);
        for (std::size_t lane = 0; lane < gradient.lanes; ++lane) row[lane] *= share;
        std::fill(row + gradient.lanes, row + gradient.stride, 0.0F);
    }
    return result;
}

}  // namespace

void adopt_drop_rule(const Named& named, Host::DropScore score) {
    sparsity::DropRule rule{named};
    rule.score = [score = std::move(score), who = called("drop rule", named)](const sparsity::DropContext& context,
                                                                              std::span<float> scores) {
        const LayerOf layer(context.pattern, context.values.data());
        const DropQuestion asked{layer.view(), context.gradient.data(), context.fraction, seed_of(context.stream)};
        call(who, [&] { score(asked, scores); });
    };
    sparsity::add_drop_rule(std::move(rule));
}

void adopt_grow_rule(const Named& named, bool wants_gradient, Host::GrowScore score) {
    sparsity::GrowRule rule{named};
    rule.score = wants_gradient ? sparsity::GrowScore::gradient : sparsity::GrowScore::none;
    rule.choose = [score = std::move(score), who = called("grow rule", named)](const sparsity::GrowContext& context,
                                                                               std::size_t count) {
        const LayerOf before(context.before, nullptr);
        const LayerOf taken(context.taken, nullptr);
        const GrowQuestion asked{before.view(), taken.view(), count, seed_of(context.stream)};
        const sparsity::PositionRows gradient = context.rows;
        sparsity::GrowContext scored = context;
        scored.rows = [&](std::size_t first, std::size_t rows, std::span<float> scores) {
            std::vector<float> gradients;
            if (gradient) {
                gradients.resize(scores.size());
                gradient(first, rows, gradients);
            }
            const RowsView view{first, rows, context.before.cols(), gradient ? gradients.data() : nullptr};
            call(who, [&] { score(asked, view, scores); });
            require_scores(scores, who);
        };
        return sparsity::best_absent(scored, count, who + ": a score");
    };
    sparsity::add_grow_rule(std::move(rule));
}

void adopt_metric(const Named& named, Host::Measure measure) {
    topology::Metric metric{named};
    metric.measure = [measure = std::move(measure), who = called("metric", named)](const topology::Topology& topology,
                                                                                   const topology::Settings&) {
        const NetworkOf network(topology);
        std::vector<double> of_layers(topology.layers.size(), std::nan(""));
        double of_network = std::nan("");
        call(who, [&] { measure(network.view(), of_layers, of_network); });
        const auto value = [](double number) {
            return std::isfinite(number) ? topology::MetricValue(number)
                                         : topology::MetricValue::undefined("the plug-in gives no finite number");
        };
        topology::MetricResult result{{}, value(of_network)};
        for (const double number : of_layers) result.layers.push_back(value(number));
        if (std::isnan(of_network)) result.network = topology::mean_over_layers(result.layers);
        return result;
    };
    topology::add_metric(std::move(metric));
}

void adopt_distance(const Named& named, Host::Compare measure) {
    topology::Distance distance{named};
    distance.of_networks = [measure = std::move(measure), who = called("distance", named)](
                               const topology::Topology& first, const topology::Topology& second,
                               const topology::Settings&) {
        topology::require_comparable(first, second, who);
        const NetworkOf a(first);
        const NetworkOf b(second);
        topology::LayerDistances result{std::vector<double>(first.layers.size(), std::nan(""))};
        call(who, [&] { measure(a.view(), b.view(), result.values); });
        for (const double value : result.values) {
            if (!std::isfinite(value)) throw NumericError(who + ": a distance is not finite");
        }
        return result;
    };
    topology::add_distance(std::move(distance));
}

void adopt_loss(const Named& named, Host::Sum sum) {
    kernels::Objective objective{named, true, {}};
    // Blocks of a batch ask side by side, and a plug-in need not know of threads.
    objective.loss = [sum = std::move(sum), who = called("loss", named), one = std::make_shared<std::mutex>()](
                         kernels::View<const float> outputs, kernels::View<const float>,
                         std::span<const std::uint32_t> labels, kernels::View<float> gradient, double) {
        const std::lock_guard<std::mutex> lock(*one);
        return scaled_loss(sum, who, outputs, labels, gradient);
    };
    kernels::add_objective(std::move(objective));
}

void adopt_callback(const Named& named, Host::AtEpochEnd at_epoch_end) {
    config::Callback callback{named, {}};
    callback.at_epoch_end = [at_epoch_end = std::move(at_epoch_end),
                             who = called("callback", named)](const config::EpochReport& now) {
        const EpochQuestion asked{now.step, now.total_steps,         now.epoch,          now.epochs,
                                  now.loss, now.validation_accuracy, now.validation_loss};
        bool ends = false;
        call(who, [&] { ends = at_epoch_end(asked); });
        return ends;
    };
    config::add_callback(std::move(callback));
}

}  // namespace espalier::plugin
