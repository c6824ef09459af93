#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <espalier/base/memory/stopwatch.hpp>
#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/config/value.hpp>
#include <espalier/data/gather.hpp>
#include <espalier/kernels/gaussian_noise.hpp>
#include <espalier/kernels/head_loss.hpp>
#include <espalier/training/plan/batch_inputs.hpp>
#include <espalier/training/plan/dealt_plan.hpp>
#include <espalier/training/plan/foresight.hpp>
#include <espalier/training/trainer/trainer.hpp>

namespace espalier::training {
namespace {

NetworkPlan planned(const config::RunConfig& config, const data::Dataset& dataset, std::int64_t steps_per_epoch,
                    Communicator* neuron_ranks) {
    if (neuron_ranks != nullptr) require_dealable(config, update_plan(config, steps_per_epoch));
    NetworkPlan plan = plan_network(config, sample_of(dataset.shape), dataset.classes);
    plan.neuron_ranks = neuron_ranks;
    return plan;
}

/// Examples at a time; as if no neurons were dealt.
std::size_t evaluated_at_once(const NetworkPlan& plan) {
    if (plan.neuron_ranks == nullptr) return 0;
    std::size_t widest = 1;
    for (const nn::NodeSpec& node : plan.spec.nodes) widest = std::max(widest, node.outputs);
    return Evaluator::fitting(widest);
}

/// The optimizer's state exists before anybody adds to it.
std::vector<nn::Parameter<float>*> prepared(nn::Network<float>& network, const optim::OptimizerOptions& options,
                                            const nn::StateShare& share) {
    for (const nn::ParameterEntry<float>& entry : network.table().entries()) {
        if (share.is_all() || !entry.parameter->is_trained()) continue;
        if (entry.weight != nullptr) {
            entry.weight->share_state(share);
        } else {
            entry.parameter->hold(share.of(entry.parameter->values.size()));
        }
    }
    std::vector<nn::Parameter<float>*> parameters = network.table().trained();
    optim::prepare<float>(options, parameters);
    return parameters;
}

}  // namespace

Trainer::Trainer(const config::RunConfig& config, const data::Dataset& dataset, Communicator* ranks, Sharing sharing)
    : ranks_(ranks),
      shares_state_(sharing == Sharing::samples_and_state && rank_count(ranks) > 1),
      seed_(static_cast<std::uint64_t>(config.seed)),
      order_seed_(config.training.order_seed < 0 ? seed_ : static_cast<std::uint64_t>(config.training.order_seed)),
      shuffles_(config.training.shuffle),
      dataset_(dataset),
      split_(data::split_off_validation(dataset.train.count, config.data.validation)),
      standardisation_(training::standardisation(config, dataset, split_.training)),
      augmentation_(augmentation(config, dataset)),
      batches_(split_.training, static_cast<std::size_t>(config.training.batch_size)),
      steps_per_epoch_(static_cast<std::int64_t>(batches_.count())),
      plan_(planned(config, dataset, steps_per_epoch_,
                    sharing == Sharing::neurons && rank_count(ranks) > 1 ? ranks : nullptr)),
      network_(make_network(config, plan_, ScoringData{dataset, split_.training, standardisation_})),
      optimizer_(optimizer_options(config)),
      learning_rate_(learning_rate(config, steps_per_epoch_)),
      objective_(objective(config)),
      evaluator_(network_, objective_, evaluated_at_once(plan_), deals_neurons() ? nullptr : ranks),
      input_noise_(config.model.input_noise),
      label_smoothing_(config.training.label_smoothing),
      weighted_layers_(network_.weighted_layers()),
      parameters_(prepared(network_, optimizer_,
                           shares_state_ ? nn::StateShare{static_cast<std::size_t>(rank_of(ranks)),
                                                          static_cast<std::size_t>(rank_count(ranks))}
                                         : nn::StateShare{})),
      updater_(config, network_, plan_, steps_per_epoch_, optim::state_arrays(optimizer_)),
      blocks_(static_cast<std::size_t>(config.training.blocks), deals_neurons() ? nullptr : ranks),
      samples_(blocks_.count()),
      first_step_(training::first_step(config, steps_per_epoch_)),
      step_(first_step_) {
    if (config.training.weight_average > 0.0) average_.emplace(network_, config.training.weight_average);
    if (deals_neurons()) {
        updater_.deal(dealing());
        blocks_.is_lean = true;
    } else {
        updater_.share_among(ranks);
    }
    if (shares_state_) updater_.require_shareable_state(config);
    for (std::size_t number = 0; number < weighted_layers_.size(); ++number) {
        if (updater_.reads_gradients(number)) blocks_.read_layers.push_back(weighted_layers_[number]);
    }
    require_batches(config, dataset.train.count);
    require_droppable(config, updater_.plan(), plan_);
    const sparsity::GrowRule* grow = updater_.plan().grow;
    if (grow != nullptr && grow->until_plateau && !has_accuracy()) {
        throw ConfigError("sparsity.grow_rule = \"" + grow->name +
                          "\" watches the validation accuracy, which an auto-encoder does not have; choose another");
    }
    if (grow != nullptr && grow->until_plateau && !has_validation()) {
        throw ConfigError("sparsity.grow_rule = \"" + grow->name +
                          "\" watches the validation accuracy, but data.validation = " +
                          config::toml_text(config.data.validation) + " holds no example out: set it higher");
    }
    if (!updater_.top_kast()) return;
    for (nn::Parameter<float>* reserve : updater_.top_kast()->reserves()) parameters_.push_back(reserve);
}

class Trainer::CountTraffic {
  public:
    explicit CountTraffic(Trainer& trainer) : trainer_(trainer), before_(now()) {}
    ~CountTraffic() {
        trainer_.traffic_.messages += now().messages - before_.messages;
        trainer_.traffic_.bytes += now().bytes - before_.bytes;
    }
    CountTraffic(const CountTraffic&) = delete;
    CountTraffic& operator=(const CountTraffic&) = delete;

  private:
    Traffic now() const { return trainer_.ranks_ == nullptr ? Traffic{} : trainer_.ranks_->sent(); }

    Trainer& trainer_;
    Traffic before_;
};

void Trainer::begin_batch() {
    const std::int64_t epoch = step_ / steps_per_epoch_;
    if (shuffles_ && epoch != shuffled_epoch_) {
        const Stopwatch start;
        batches_.shuffle(order_seed_, static_cast<std::uint64_t>(epoch));
        shuffled_epoch_ = epoch;
        loading_seconds_ += start.seconds();
    }
    const std::size_t samples = batches_[static_cast<std::size_t>(step_ % steps_per_epoch_)].size();
    labels_.resize(samples);
    blocks_.cut(samples);
}

std::span<std::uint32_t> Trainer::labels_of(std::size_t block) {
    return std::span(labels_).subspan(blocks_[block].begin, blocks_[block].size());
}

void Trainer::load_block(std::size_t block) {
    const Stopwatch start;
    fill_block(block);
    samples_[block].loading_seconds += start.seconds();
}

/// By the clock: blocks that are loaded side by side take their time once.
void Trainer::count_loading() {
    double sum = 0.0;
    for (BlockSamples& block : samples_) sum += std::exchange(block.loading_seconds, 0.0);
    loading_seconds_ += sum / static_cast<double>(std::min(blocks_.own_count(), static_cast<std::size_t>(threads())));
}

void Trainer::fill_block(std::size_t block) {
    BlockSamples& to = samples_[block];
    const auto samples = batches_[static_cast<std::size_t>(step_ % steps_per_epoch_)].subspan(blocks_[block].begin,
                                                                                              blocks_[block].size());
    to.inputs.resize(dataset_.train.features, samples.size(), network_.input_layout());
    if (!augmentation_.is_on()) {
        data::gather(dataset_.train, samples, standardisation_, to.inputs.view(), labels_of(block));
        return;
    }
    const std::int64_t epoch = step_ / steps_per_epoch_;
    data::draw_changes(augmentation_, dataset_.shape, order_seed_, static_cast<std::uint64_t>(epoch), samples,
                       to.changes);
    data::gather_changed(dataset_.train, samples, standardisation_, {dataset_.shape, augmentation_, to.changes},
                         to.inputs.view(), labels_of(block));
}

kernels::View<const float> Trainer::noisy_inputs(std::size_t block, std::uint64_t step) {
    BlockSamples& samples = samples_[block];
    const auto inputs = std::as_const(samples.inputs).view();
    if (input_noise_ == 0.0) return inputs;
    samples.noisy.resize(inputs.features, inputs.lanes, network_.input_layout());
    kernels::add_gaussian_noise<float>(inputs, samples.noisy.view(), input_noise_,
                                       Stream(seed_, Purpose::input_noise, 0, step),
                                       blocks_.lanes(block, network_.input_layout()));
    return std::as_const(samples.noisy).view();
}

void Trainer::train_step() {
    const CountTraffic counting(*this);
    begin_batch();
    const nn::Pass pass{true, seed_, static_cast<std::uint64_t>(step_)};
    blocks_.keep_gradients = updater_.needs_gradients(step_ + 1);
    blocks_.sum_held_alone = shares_state_;
    blocks_.marks = asks_to_stop_ ? 1 : 0;
    const kernels::LossSum sum = pass_batch(pass, true);
    is_asked_to_stop_ = blocks_.marks != 0;
    if (deals_neurons()) tell_stop_marks();
    count_loading();
    if (!std::isfinite(sum.loss)) {
        throw NumericError("the loss is not a finite number at step " + std::to_string(step_ + 1) + " (epoch " +
                           std::to_string(step_ / steps_per_epoch_ + 1) +
                           "); a lower optimizer.learning_rate may help");
    }
    flops_.add_step(labels_.size(), multiply_adds(), updater_.gradient_multiply_adds(step_ + 1), plan_.multiply_adds());
    validation_score_.reset();
    if (shares_state_ && updater_.plan().is_due(step_ + 1)) blocks_.collect_gradients(network_);  // rules may look
    updater_.after_backward(blocks_.passes());
    const bool update_instead = updater_.plan().skip_optimizer_step && updater_.plan().is_due(step_ + 1);
    if (!update_instead) optim::update<float>(optimizer_, parameters_, learning_rate_.at(step_), step_ - first_step_);
    if (shares_state_ && !update_instead) blocks_.collect_values(network_);
    if (average_) average_->add();
    sums_.loss += sum.loss;
    sums_.correct += sum.correct;
    sums_.samples += labels_.size();
    ++step_;
    ++steps_done_;
}

void Trainer::tell_stop_marks() {
    const std::uint8_t own = asks_to_stop_ ? 1 : 0;
    for (const Message& mark : all_gather(*ranks_, message_of(std::span<const std::uint8_t>(&own, 1))))
        is_asked_to_stop_ = is_asked_to_stop_ || numbers_of<std::uint8_t>(mark).at(0) != 0;
}

void Trainer::rest() {
    if (deals_neurons()) blocks_.rest();
}

kernels::LossSum Trainer::pass_batch(const nn::Pass& pass, bool loads) {
    const auto inputs = [&](std::size_t block) {
        if (loads) load_block(block);
        return noisy_inputs(block, pass.step);
    };
    const auto loss = [&](std::size_t block, kernels::View<float> outputs, kernels::View<float> gradient) {
        const auto inputs_seen = std::as_const(samples_[block].inputs).view();
        const auto of_head = [&](kernels::View<float> of, kernels::View<float> at) {
            return objective_.loss(of, inputs_seen, labels_of(block), at, label_smoothing_);
        };
        return kernels::mean_over_heads(outputs, gradient, network_.heads(), labels_of(block), of_head);
    };
    return blocks_.train(network_, pass, {inputs, loss});
}

std::vector<LayerChange> Trainer::update_topology() {
    const CountTraffic counting(*this);
    const sparsity::UpdatePlan& plan = updater_.plan();
    if (plan.gradient_time == sparsity::GradientTime::fresh && plan.needs_gradient(step_)) {
        // The same batch and the same dropout, at the weights after the step.
        const nn::Pass pass{true, seed_, static_cast<std::uint64_t>(step_ - 1)};
        blocks_.sum_held_alone = false;
        pass_batch(pass, false);
        flops_.add_step(labels_.size(), multiply_adds(), multiply_adds(), 0);
    }
    rest();
    const std::vector<Pattern> masks = average_ ? average_->masks() : std::vector<Pattern>();
    std::vector<LayerChange> changes = updater_.update(blocks_.passes(), step_, data_access());
    if (average_) average_->follow(masks);
    validation_score_.reset();
    return changes;
}

DataAccess Trainer::data_access() {
    // In an update some masks may have changed already, which averages follow only behind it.
    const auto accuracy = [this] {
        if (average_) return evaluator_(dataset_.train, split_.validation, standardisation_).accuracy;
        return validation_score().accuracy;
    };
    return {accuracy, [this](const DataAccess::Visit& visit) { pass_training_set(visit); },
            [this](std::size_t samples, const DataAccess::Visit& visit) { pass_some_samples(samples, visit); }};
}

/// In evaluation mode.
void Trainer::pass_to_look(nn::Workspace<float>& workspace, std::span<const std::uint32_t> samples,
                           const DataAccess::Visit& visit) {
    kernels::Activations<float> inputs;
    inputs.resize(dataset_.train.features, samples.size(), network_.input_layout());
    std::vector<std::uint32_t> labels(samples.size());
    data::gather(dataset_.train, samples, standardisation_, inputs.view(), labels);
    visit(workspace, network_.forward(workspace, std::as_const(inputs).view(), {}));
}

void Trainer::pass_some_samples(std::size_t samples, const DataAccess::Visit& visit) {
    constexpr std::size_t samples_at_once = 256;
    const data::Range all = split_.training;
    const std::size_t count = std::min(samples, all.size());
    std::vector<std::uint32_t> numbers;
    for (std::size_t k = 0; k < count; ++k)
        numbers.push_back(static_cast<std::uint32_t>(all.begin + k * all.size() / count));
    nn::Workspace<float> workspace;
    workspace.keep_outputs = true;
    for (std::size_t first = 0; first < count; first += samples_at_once) {
        pass_to_look(workspace, std::span(numbers).subspan(first, std::min(samples_at_once, count - first)), visit);
    }
    // What is counted for the logs alone is an evaluation, which costs no training.
    const sparsity::DropRule* drop = updater_.plan().drop;
    if (drop != nullptr && drop->reads_activity) flops_.add_forward(count, multiply_adds());
}

void Trainer::pass_training_set(const DataAccess::Visit& visit) {
    // Several batches at once: products with more lanes cost less a sample.
    constexpr std::size_t samples_at_once = 1024;
    const std::size_t size = batches_.size();
    data::Range whole = split_.training;
    if (whole.size() > size) whole.end -= whole.size() % size;
    const data::Batches in_file_order(whole, size * std::max<std::size_t>(1, samples_at_once / size));
    nn::Workspace<float> workspace;
    workspace.keep_outputs = true;
    for (std::size_t b = 0; b < in_file_order.count(); ++b) {
        // The pass, and a product of activations for every position.
        flops_.add_forward(in_file_order[b].size(), multiply_adds() + plan_.multiply_adds());
        pass_to_look(workspace, in_file_order[b], visit);
    }
}

std::size_t Trainer::kept() {
    std::size_t kept = 0;
    for (const std::size_t k : weighted_layers_) kept += network_.weight(k)->kept();
    return kept;
}

std::size_t Trainer::multiply_adds() {
    std::size_t sum = 0;
    for (std::size_t number = 0; number < weighted_layers_.size(); ++number)
        sum += plan_.layers[number].uses * network_.weight(weighted_layers_[number])->kept();
    return sum;
}

double Trainer::density() {
    return static_cast<double>(kept()) / static_cast<double>(plan_.positions());
}

std::size_t Trainer::trained_positions(std::size_t number) {
    const std::size_t kept = network_.weight(weighted_layers_[number])->kept();
    return kept + (updater_.top_kast() ? updater_.top_kast()->reserved(number) : 0);
}

double Trainer::backward_density() {
    std::size_t trained = 0;
    for (std::size_t number = 0; number < weighted_layers_.size(); ++number) trained += trained_positions(number);
    return static_cast<double>(trained) / static_cast<double>(plan_.positions());
}

Score Trainer::validation_score() {
    if (!validation_score_) {
        const WithAverage with(weight_average());
        validation_score_ = evaluator_(dataset_.train, split_.validation, standardisation_);
    }
    return *validation_score_;
}

Score Trainer::test_score() {
    if (!has_test()) return {std::nan(""), std::nan("")};
    const WithAverage with(weight_average());
    return evaluator_(dataset_.test, {0, dataset_.test.count}, standardisation_);
}

std::optional<double> Trainer::exploration_rate() const {
    if (exploration().empty()) return std::nullopt;
    return sparsity::exploration_rate(exploration());
}

std::string Trainer::exploration_reason() const {
    if (exploration().empty()) return "sparsity.exploration is false";
    for (const sparsity::ExploredPositions& layer : exploration()) {
        if (!layer.reason().empty()) return layer.reason();
    }
    return "";
}

}  // namespace espalier::training
