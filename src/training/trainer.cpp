#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include <espalier/base/error.hpp>
#include <espalier/data/gather.hpp>
#include <espalier/kernels/dense_product.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/training/trainer.hpp>

namespace espalier::training {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Trainer::Trainer(const config::RunConfig& config, const data::Dataset& dataset)
    : seed_(static_cast<std::uint64_t>(config.seed)),
      dataset_(dataset),
      split_(data::split_off_validation(dataset.train.count, config.data.validation)),
      standardisation_(
          data::standardisation(dataset, split_.training, data::parse_standardise(config.data.standardise))),
      batches_(split_.training, static_cast<std::size_t>(config.training.batch_size)),
      steps_per_epoch_(static_cast<std::int64_t>(batches_.count())),
      plan_(plan_network(config, dataset.train.features, dataset.classes)),
      network_(make_network(config, plan_)),
      optimizer_(optimizer_options(config)),
      learning_rate_(learning_rate(config, steps_per_epoch_)),
      update_plan_(update_plan(config, steps_per_epoch_)),
      evaluator_(network_),
      weighted_layers_(network_.weighted_layers()),
      parameters_(network_.parameters()) {
    optim::prepare<float>(optimizer_, parameters_);
    if (!config.sparsity.exploration) return;
    for (const std::size_t k : weighted_layers_) {
        const nn::MaskedWeight<float>& weight = *network_.layer(k).weight();
        exploration_.emplace_back(weight.pattern().positions(), weight.bytes());
        exploration_.back().add(weight.pattern());
    }
}

void Trainer::load_batch() {
    const std::int64_t epoch = step_ / steps_per_epoch_;
    if (epoch != shuffled_epoch_) {
        batches_.shuffle(seed_, static_cast<std::uint64_t>(epoch));
        shuffled_epoch_ = epoch;
    }
    const auto samples = batches_[static_cast<std::size_t>(step_ % steps_per_epoch_)];
    inputs_.resize(dataset_.train.features, samples.size());
    labels_.resize(samples.size());
    data::gather(dataset_.train, samples, standardisation_, inputs_.view(), labels_);
}

void Trainer::train_step() {
    load_batch();
    const nn::Pass pass{true, seed_, static_cast<std::uint64_t>(step_)};
    workspace_.keep_gradients = update_plan_.needs_gradient(step_ + 1);
    const auto logits = network_.forward(workspace_, std::as_const(inputs_).view(), pass);
    const kernels::LossSum sum =
        kernels::softmax_cross_entropy<float>(logits, labels_, network_.output_gradient(workspace_));
    if (!std::isfinite(sum.loss)) {
        throw NumericError("the loss is not a finite number at step " + std::to_string(step_ + 1) + " (epoch " +
                           std::to_string(step_ / steps_per_epoch_ + 1) +
                           "); a lower optimizer.learning_rate may help");
    }
    network_.backward(workspace_, pass);
    optim::update<float>(optimizer_, parameters_, learning_rate_.at(step_), step_);
    sums_.loss += sum.loss;
    sums_.correct += sum.correct;
    sums_.samples += labels_.size();
    ++step_;
}

PatternUpdate Trainer::layer_update(std::size_t number) {
    const std::size_t k = weighted_layers_[number];
    const nn::MaskedWeight<float>& weight = *network_.layer(k).weight();
    const auto layer = static_cast<std::uint32_t>(number);
    const auto step = static_cast<std::uint64_t>(step_);
    const sparsity::DropContext drop{weight.pattern(), weight.parameter().values, weight.parameter().gradient,
                                     Stream(seed_, Purpose::score_noise, layer, step)};
    const sparsity::GradientRows rows = [&](std::size_t first, std::size_t count, std::span<float> out) {
        kernels::dense_weight_gradient<float>(network_.layer_output_gradient(workspace_, k),
                                              network_.layer_input(workspace_, k), first, count, out);
    };
    return sparsity::update_topology(update_plan_, update_plan_.fraction(step_), drop, rows,
                                     Stream(seed_, Purpose::growth, layer, step));
}

std::vector<LayerChange> Trainer::update_topology() {
    std::vector<LayerChange> changes;
    for (std::size_t number = 0; number < weighted_layers_.size(); ++number) {
        const std::size_t k = weighted_layers_[number];
        nn::MaskedWeight<float>& weight = *network_.layer(k).weight();
        LayerChange change{k};
        if (!weight.pattern().is_full()) {
            const Clock::time_point start = Clock::now();
            weight.release_transposed();
            PatternUpdate update = layer_update(number);
            change.dropped = update.dropped;
            change.grown = update.grown;
            weight.apply(std::move(update));
            if (number > 0) weight.transposed();  // made now: its time is the update's, not the next step's
            if (!exploration_.empty()) exploration_[number].add(weight.pattern());
            change.seconds = std::chrono::duration<double>(Clock::now() - start).count();
        }
        changes.push_back(change);
    }
    return changes;
}

Score Trainer::validation_score() {
    return evaluator_(dataset_.train, split_.validation, standardisation_);
}

Score Trainer::test_score() {
    return evaluator_(dataset_.test, {0, dataset_.test.count}, standardisation_);
}

std::optional<double> Trainer::exploration_rate() const {
    if (exploration_.empty()) return std::nullopt;
    return sparsity::exploration_rate(exploration_);
}

std::string Trainer::exploration_reason() const {
    if (exploration_.empty()) return "sparsity.exploration is false";
    for (const sparsity::ExploredPositions& layer : exploration_) {
        if (!layer.reason().empty()) return layer.reason();
    }
    return "";
}

}  // namespace espalier::training
