#include <algorithm>

#include <espalier/base/error.hpp>
#include <espalier/base/named.hpp>
#include <espalier/base/near_names.hpp>
#include <espalier/config/choices.hpp>
#include <espalier/config/member_value.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/nn/crossovers.hpp>
#include <espalier/sparsity/grow_init.hpp>
#include <espalier/sparsity/initial_mask.hpp>
#include <espalier/sparsity/update_form.hpp>

namespace espalier::config {
namespace {

constexpr double largest_count = 2147483648.0;
constexpr Range share{.low = 0.0, .high = 1.0};
constexpr Range positive_share{.low = 0.0, .high = 1.0, .without_low = true};
constexpr Range share_below_one{.low = 0.0, .high = 1.0, .without_high = true};
constexpr Range inner_share{.low = 0.0, .high = 1.0, .without_low = true, .without_high = true};
constexpr Range count{.low = 1.0, .high = largest_count};

/// Adds the keys of one table to the schema.
template <class Table>
class Adder {
  public:
    Adder(std::vector<Key>& keys, std::string prefix, Table RunConfig::*table)
        : keys_(keys), prefix_(std::move(prefix)), table_(table) {}

    template <class Member>
    void operator()(const char* name, Member Table::*member, Rule rule, const char* help) const {
        const auto table = table_;
        keys_.push_back({prefix_ + name, help, std::move(rule),
                         [=](const RunConfig& config) { return to_value(config.*table.*member); },
                         [=](RunConfig& config, const Value& value) { from_value(config.*table.*member, value); }});
    }

  private:
    std::vector<Key>& keys_;
    std::string prefix_;
    Table RunConfig::*table_;
};

Rule grow_init_name() {
    return text_that("zeros, uniform, normal:DEVIATION or grad:FACTOR",
                     [](const std::string& text) { sparsity::parse_grow_init(text); });
}

Rule structure_name() {
    return text_that("none, block:H,W, nm:N,M or constant_fan_in", [](const std::string& text) {
        if (text != "none") sparsity::parse_update_form(text);
    });
}

void add_top(std::vector<Key>& keys) {
    keys.push_back({"name", "What the run is called; its folder is runs/<name>-s<seed>", file_name(),
                    [](const RunConfig& config) { return Value(config.name); },
                    [](RunConfig& config, const Value& value) { config.name = std::get<std::string>(value); }});
    keys.push_back({"seed", "Start of all random streams", at_least(0),
                    [](const RunConfig& config) { return Value(config.seed); },
                    [](RunConfig& config, const Value& value) { config.seed = std::get<std::int64_t>(value); }});
}

void add_data(std::vector<Key>& keys) {
    using T = RunConfig::Data;
    const Adder<T> add(keys, "data.", &RunConfig::data);
    add("dataset", &T::dataset, one_of_or_file(choices::datasets(), ".csv"),
        "What is learned: a name of 'espalier datasets' or a table of numbers");
    add("root", &T::root, folders(), "Where datasets lie; empty: the folders in ESPALIER_DATA");
    add("validation", &T::validation, within(share_below_one),
        "Share of the training set, from its end in file order, that is held out");
    add("standardise", &T::standardise, one_of(choices::standardisations()),
        "Shift and scale inputs to mean 0 and deviation 1, by channel or by feature");
    add("features", &T::features, file_path(),
        "The only features to train on: a file with their numbers, from 0, one a line; empty: all");
}

void add_model(std::vector<Key>& keys) {
    using T = RunConfig::Model;
    const Adder<T> add(keys, "model.", &RunConfig::model);
    add("kind", &T::kind, one_of(choices::models()),
        "What is learned: labels by an mlp, or by an autoencoder its own inputs (mean squared error)");
    add("hidden", &T::hidden, within(count), "Neurons of each hidden layer");
    add("activation", &T::activation, one_of(choices::activations()), "After every hidden layer");
    add("leaky_slope", &T::leaky_slope, within(share), "Slope of leaky_relu below 0");
    add("all_relu_slope", &T::all_relu_slope, at_least(0),
        "Slope of all_relu below 0; its sign alternates from layer to layer");
    add("dropout", &T::dropout, within(share_below_one), "Share of activations dropped after every hidden layer");
    add("input_noise", &T::input_noise, at_least(0),
        "Deviation of the normal noise that training adds to the inputs, standardised as they are; an autoencoder "
        "is to reconstruct them without it");
    add("init", &T::init, one_of(choices::initialisers()), "How weights are drawn");
    add("init_std", &T::init_std, above(0), "Deviation of init = \"normal\"");
    add("fan_in", &T::fan_in, one_of(choices::fan_modes()),
        "What initialisers take for the inputs of a sparse layer's neuron");
    add("execution", &T::execution, one_of(choices::executions()),
        "How masked layers are computed: by sparse kernels, by dense scratch and GEMM, or whichever is faster");
    add("crossovers", &T::crossovers,
        text_that("\"\", or one line of a table as 'espalier tune' writes it",
                  [](const std::string& text) {
                      if (!text.empty()) nn::Crossovers::parse(text);
                  }),
        "Of auto: densities above which dense is faster; empty: this machine's tuned table, else the shipped one");
}

/// How the initial mask is found.
void add_initial_mask(const Adder<RunConfig::Sparsity>& add) {
    using T = RunConfig::Sparsity;
    add("placement", &T::placement, one_of({"exact", "bernoulli"}),
        "Random initial masks: exactly the layer's count, or each position by itself with the layer's density");
    add("erk_power", &T::erk_power, at_least(0), "Of erk and erk_plus: exponent of the ratio; 0: uniform");
    add("init_weights", &T::init_weights, anything(),
        "Of init file: start with its weights, biases and other parameters, not with drawn ones");
    add("score_init", &T::score_init, one_of({"actual", "xavier_normal"}),
        "Of snip, iter_snip and grasp: weights that are scored, the run's own or a copy drawn anew");
    add("score_scope", &T::score_scope, one_of({"global", "layer"}),
        "Of random, magnitude, snip and grasp: one ranking of all layers, or layer by layer with layer_densities");
    add("score_samples", &T::score_samples, within(count),
        "Of snip, iter_snip and grasp: training samples of each class that gradients are taken from");
    add("score_passes", &T::score_passes, within({.low = 1.0, .high = 1e6}),
        "Of iter_snip and synflow: passes in which the density falls to the one asked for");
    add("score_schedule", &T::score_schedule, one_of({"exponential", "linear"}),
        "Of iter_snip and synflow: how the density falls");
    add("score_permanent", &T::score_permanent, anything(), "Of iter_snip: a weight once removed does not return");
    add("score_temperature", &T::score_temperature, above(0), "Of grasp: logits are divided by it");
    add("phew_trim", &T::phew_trim, anything(), "Of phew: the last walk stops at exactly the count asked for");
    add("npb_alpha", &T::npb_alpha, within(share), "Of npb: weight of neurons in use against paths");
    add("npb_chunk", &T::npb_chunk, within({.low = 0.0, .high = largest_count}),
        "Of npb: outputs solved together in layers of more than 5120 positions; 0: all");
    add("npb_refill", &T::npb_refill, anything(), "Of npb: weights on no path are placed anew at the end");
}

void add_sparsity(std::vector<Key>& keys) {
    using T = RunConfig::Sparsity;
    const Adder<T> add(keys, "sparsity.", &RunConfig::sparsity);
    add("method", &T::method, one_of(choices::methods()), "How the topology is found; the keys below refine it");
    add("init", &T::init,
        with_path_behind("file:", by_method(text_that("one of " + join(choices::inits()),
                                                      [](const std::string& text) { sparsity::parse_init(text); }))),
        "How the kept weights are dealt to the layers at first; or a structure that their masks begin with; or what "
        "finds them by looking at the network; or a file that holds them; dense keeps all");
    add("layer_densities", &T::layer_densities, one_of(choices::distributions()),
        "How many weights each layer keeps where init is a structure, npb, or ranks by score_scope = \"layer\"");
    add("init_seed", &T::init_seed, at_least(-1),
        "Start of the initial mask's random stream, so that runs of several seeds can share a mask; -1: seed");
    add("init_perturbation", &T::init_perturbation, within(share),
        "Share of the initial mask's positions that move to others, by seed: similar starts, not equal ones");
    add("density", &T::density, within(positive_share),
        "Share of the maskable weights that is kept; 1 where init is dense");
    add("epsilon", &T::epsilon, by_method(at_least(0)),
        "Above 0: init er with epsilon * (inputs + outputs) weights a layer, in place of density");
    add("dense_layers", &T::dense_layers, anything(), "Layers that keep every weight: names, first, last");
}

void add_updates(std::vector<Key>& keys) {
    using T = RunConfig::Sparsity;
    const Adder<T> add(keys, "sparsity.", &RunConfig::sparsity);
    add("structure", &T::structure, structure_name(),
        "What drop and growth keep: single weights, blocks of H outputs x W inputs, N of every M inputs, or each "
        "output's number of inputs; the initial mask has it, too");
    add("update_every", &T::update_every, by_method(length()), "Time between topology updates");
    add("update_milestones", &T::update_milestones, by_method(within(share)),
        "Shares of the training from which on updates come at longer intervals");
    add("update_factor", &T::update_factor, within({.low = 1.0, .high = 1000.0}),
        "What each of update_milestones multiplies the interval by");
    add("stop_fraction", &T::stop_fraction, by_method(within(share)),
        "Share of the training after which nothing is dropped and grown any more");
    add("update_at_start", &T::update_at_start, anything(),
        "Update after the first step, too, as google-research/rigl");
    add("skip_optimizer_step", &T::skip_optimizer_step, anything(),
        "An update takes the place of the optimizer step, as in google-research/rigl");
    add("drop_rule", &T::drop_rule, by_method(one_of(choices::drop_rules())), "Which weights an update drops");
    add("drop_fraction", &T::drop_fraction, by_method(within(share)),
        "Share of a layer's kept weights that an update replaces");
    add("drop_schedule", &T::drop_schedule, by_method(one_of(choices::drop_schedules())),
        "How drop_fraction goes on over training");
    add("drop_fraction_min", &T::drop_fraction_min, by_method(within(share)),
        "Where cosine, linear and inverse_power end");
    add("drop_power", &T::drop_power, above(0), "Of inverse_power");
    add("drop_milestones", &T::drop_milestones, by_method(within(share)), "Of stepwise: shares of the time, ascending");
    add("drop_factors", &T::drop_factors, by_method(at_least(0)),
        "Of stepwise: what drop_fraction is multiplied by from each of drop_milestones on");
    add("drop_rounding", &T::drop_rounding, one_of(choices::roundings()), "How the share becomes a number of weights");
    add("drop_noise", &T::drop_noise, at_least(0), "Deviation of normal noise added to drop scores");
    add("gradient_weight", &T::gradient_weight, at_least(0), "Of drop_rule magnitude_gradient: MEST's lambda");
    add("threshold", &T::threshold, by_method(above(0)), "Of drop_rule threshold: what it begins with");
    add("threshold_tolerance", &T::threshold_tolerance, by_method(within(share_below_one)),
        "Of drop_rule threshold: share of the wanted number by which it may miss");
    add("threshold_target", &T::threshold_target, at_least(0),
        "Of drop_rule threshold: weights that an update is to drop; 0: drop_fraction of all");
    add("inclusive_thresholds", &T::inclusive_thresholds, anything(),
        "Of drop_rule sign_balanced: drop both ends of the intervals, as SET's program");
    add("min_per_layer", &T::min_per_layer, by_method(at_least(0)),
        "Weights that a ranking of all layers, drop rules and pruning leave a layer");
    add("grow_rule", &T::grow_rule, by_method(one_of(choices::grow_rules())), "Where an update grows new ones");
    add("candidates", &T::candidates, one_of(choices::candidate_sets()), "Which absent positions may grow");
    add("gradient_time", &T::gradient_time, one_of(choices::gradient_times()),
        "When the gradient is taken that grow_rule gradient ranks by");
    add("momentum_decay", &T::momentum_decay, within(share_below_one), "Of grow_rule momentum: of the running mean");
    add("sample_factor", &T::sample_factor, within({.low = 1.0, .high = largest_count}),
        "Of grow_rule gradient_sampled: random positions it looks at, in multiples of those that grow");
    add("early_stop", &T::early_stop, positive_length(),
        "Of grow_rule cosine_seq: time without a better validation accuracy after which it grows randomly");
    add("budget", &T::budget, by_method(one_of(choices::budgets())), "How many weights a layer grows");
    add("redistribution", &T::redistribution, by_method(one_of(choices::redistributions())),
        "How what all layers dropped is dealt to them again");
    add("grow_init", &T::grow_init, grow_init_name(),
        "Value of a new weight; uniform: He's bounds for the layer's inputs; grad:F: F times its gradient");
    add("regrown_value", &T::regrown_value, one_of(choices::regrown_values()),
        "What a weight gets that is dropped and grown in one update");
    add("momentum_state", &T::momentum_state, one_of(choices::momentum_states()),
        "Whether absent positions have momentum");
    add("reset_momentum", &T::reset_momentum, anything(),
        "Every update clears the optimizer's state, as SET's Keras program");
    add("parameters", &T::parameters, by_method(one_of(choices::parameter_sets())),
        "Whether positions without a weight have a parameter, which may become one (Top-KAST)");
    add("backward_density", &T::backward_density, within(share),
        "Of parameters dense: share of a layer's positions that are trained; 0: half way from its density to 1");
    add("backward_until", &T::backward_until, within(share),
        "Of parameters dense: share of the training after which only the weights are trained");
    add("exploration_loss", &T::exploration_loss, at_least(0),
        "Of parameters dense: L2 penalty on the weights, 1 / density times as much on what is trained beside them");
    add("density_schedule", &T::density_schedule, by_method(one_of(choices::density_schedules())),
        "How the density goes from initial_density to density");
    add("initial_density", &T::initial_density, by_method(within(positive_share)),
        "What a density schedule begins with");
    add("density_from", &T::density_from, within(share), "Share of the training before pruning begins");
    add("density_until", &T::density_until, by_method(within(positive_share)),
        "Share of the training at which pruning ends");
    add("prune_scope", &T::prune_scope, by_method(one_of(choices::prune_scopes())),
        "What the density schedule ranks together");
    add("importance_every", &T::importance_every, by_method(length()),
        "Time between prunings of the hidden neurons whose incoming weights are weakest; 0: none");
    add("importance_from", &T::importance_from, length(), "Neurons are pruned after this time only");
    add("importance_percentile", &T::importance_percentile, within({.low = 0.0, .high = 100.0, .without_high = true}),
        "Neurons up to this percentile of their layer's sums of absolute incoming weights are pruned");
    add("importance_hard", &T::importance_hard, anything(),
        "Pruned neurons lose their outgoing weights, too, and get no weights again; false: as the published program");
    add("exploration", &T::exploration, anything(), "Keep the union of all masks, for the exploration rate");
    add_initial_mask(add);
}

void add_optimizer(std::vector<Key>& keys) {
    using T = RunConfig::Optimizer;
    const Adder<T> add(keys, "optimizer.", &RunConfig::optimizer);
    add("kind", &T::kind, one_of(choices::optimizers()), "Rule of the step");
    add("learning_rate", &T::learning_rate, above(0), "Size of the step");
    add("momentum", &T::momentum, within(share_below_one), "Of sgd");
    add("nesterov", &T::nesterov, anything(), "Of sgd: look ahead; needs momentum");
    add("weight_decay", &T::weight_decay, at_least(0), "L2 penalty on the kept weights");
    add("beta_1", &T::beta_1, within(share_below_one), "Of adam: memory of the mean");
    add("beta_2", &T::beta_2, within(share_below_one), "Of adam: memory of the square");
    add("adam_epsilon", &T::adam_epsilon, above(0), "Of adam: added to the root of the square");
    add("schedule", &T::schedule, one_of(choices::learning_rate_schedules()), "How the learning rate goes on");
    add("milestones", &T::milestones, within(inner_share),
        "Of step: ascending shares of the training at which the rate is multiplied by factor");
    add("factor", &T::factor, within(positive_share), "Of step: see milestones");
    add("min_learning_rate", &T::min_learning_rate, at_least(0), "Of cosine and cyclical: the lowest rate");
    add("cycle", &T::cycle, positive_length(), "Of cyclical: length of one cycle");
    add("warmup", &T::warmup, length(), "Linear rise from 0 before any schedule");
}

void add_tickets(std::vector<Key>& keys) {
    using T = RunConfig::Tickets;
    const Adder<T> add(keys, "tickets.", &RunConfig::tickets);
    add("method", &T::method, one_of(choices::ticket_methods()),
        "Phases at the end of the run that each leave a ticket; the keys below refine them");
    add("share", &T::share, by_method(within(share_below_one)),
        "Share of the epochs that the phases take, rounded down to whole phases; what other keys say as a share of the "
        "training is then one of the time before them");
    add("length", &T::length, by_method(length()), "Length of one phase");
    add("schedule", &T::schedule, by_method(one_of({"cyclical", "step"})),
        "Learning rate of a phase: a triangle from min_learning_rate to learning_rate and back, or one for each half");
    add("learning_rate", &T::learning_rate, by_method(at_least(0)),
        "The higher rate: in the middle, or the first half");
    add("min_learning_rate", &T::min_learning_rate, by_method(at_least(0)),
        "The lower rate: at both ends, or the second half");
    add("drop_fraction", &T::drop_fraction, by_method(within(share)),
        "Share of a layer's kept weights that is replaced once before each phase, by sparsity.drop_rule and grow_rule; "
        "0: none");
    add("updates", &T::updates, by_method(anything()),
        "Ordinary topology updates go on in the phases, always with sparsity.drop_fraction");
    add("choose", &T::choose, by_method(one_of({"last", "best"})),
        "Which snapshot of a phase is its ticket: the last, or of those evaluated the best on validation");
}

void add_training(std::vector<Key>& keys) {
    using T = RunConfig::Training;
    const Adder<T> add(keys, "training.", &RunConfig::training);
    add("epochs", &T::epochs, within({.low = 1, .high = 1e9}),
        "Passes over the training set, to the end of the schedule");
    add("start", &T::start, length(),
        "Step of the schedule that the run begins at, as if those before had been done (init_weights brings their "
        "weights): learning rate, order of the samples and epochs go on from there, the optimizer begins anew");
    add("batch_size", &T::batch_size, within(count), "Samples a step; the last, partial batch is kept");
    add("evaluate_every", &T::evaluate_every, positive_length(), "Time between evaluations; the end is always one");
    add("checkpoint_every", &T::checkpoint_every, positive_length_or("auto"),
        "Time between checkpoints; auto: as often as costs under 1 % of the time");
    add("order_seed", &T::order_seed, at_least(-1), "Of the order of the samples in each epoch; -1: the run's seed");
    add("log", &T::log, some_of(choices::logs()),
        "Logs beside run.h5 that grow row by row, for other tools to watch: log.jsonl, log.csv, TensorBoard's events");
}

void add_snapshots(std::vector<Key>& keys) {
    using T = RunConfig::Snapshots;
    const Adder<T> add(keys, "snapshots.", &RunConfig::snapshots);
    add("every", &T::every, length(), "Time between snapshots of the topology; 0: the initial state and the end");
    add("at", &T::at, lengths(), "Further snapshots, after these steps of the schedule: [\"500it\", \"3ep\"]");
    add("weights", &T::weights, anything(), "Snapshots hold weights too");
}

std::vector<Key> all_keys() {
    std::vector<Key> keys;
    for (const auto add : {add_top, add_data, add_model, add_sparsity, add_updates, add_optimizer, add_tickets,
                           add_training, add_snapshots}) {
        add(keys);
    }
    return keys;
}

}  // namespace

std::string Key::table() const {
    const std::size_t dot = name.find('.');
    return dot == std::string::npos ? "" : name.substr(0, dot);
}

std::string Key::leaf() const {
    return name.substr(name.find('.') + 1);
}

const std::vector<Key>& schema() {
    static const std::vector<Key> keys = all_keys();
    return keys;
}

namespace {

/// Names of the keys of one table, without it; of the top level for "".
std::vector<std::string> leaves(const std::string& table) {
    std::vector<std::string> names;
    for (const Key& key : schema()) {
        if (key.table() == table) names.push_back(key.leaf());
    }
    return names;
}

std::vector<std::string> tables() {
    std::vector<std::string> names;
    for (const Key& key : schema()) {
        const bool is_new = names.empty() || names.back() != key.table();
        if (is_new && !key.table().empty()) names.push_back(key.table());
    }
    return names;
}

/// What a key that there is not was meant to be: one of the same table, or one of that name in another.
/// In a table that there is not, the same in the one that is near.
std::string meant_key(const std::string& name) {
    const std::size_t dot = name.find('.');
    std::string table = dot == std::string::npos ? "" : name.substr(0, dot);
    const std::string leaf = name.substr(dot == std::string::npos ? 0 : dot + 1);
    if (!table.empty() && !is_table(table)) {
        const std::vector<std::string> near = near_names(table, tables());
        if (near.size() != 1) return "";
        table = near.front();
        const std::vector<std::string> keys = leaves(table);
        const bool is_key = std::ranges::find(keys, leaf) != keys.end();
        if (is_key) return " Did you mean '" + table + "." + leaf + "'?";
    }
    std::string guess = did_you_mean(leaf, leaves(table), table.empty() ? "" : table + ".");
    if (!guess.empty()) return guess;
    std::vector<std::string> elsewhere;
    for (const Key& key : schema()) {
        if (key.leaf() == leaf) elsewhere.push_back("'" + key.name + "'");
    }
    return elsewhere.size() == 1 ? " Did you mean " + elsewhere.front() + "?" : "";
}

}  // namespace

const Key& find_key(std::string_view name) {
    const auto found = std::ranges::find(schema(), name, &Key::name);
    if (found != schema().end()) return *found;
    throw ConfigError(printable(name) + " is not a key." + meant_key(std::string(name.substr(0, 200))));
}

bool is_table(std::string_view name) {
    return !name.empty() && std::ranges::any_of(schema(), [&](const Key& key) { return key.table() == name; });
}

void assign(RunConfig& config, const Key& key, const Value& value) {
    try {
        key.put(config, key.rule.read(value, key.get(RunConfig{})));
    } catch (const ConfigError& error) {
        throw ConfigError(key.name + " = " + printable(toml_text(value)) + " " + error.what());
    }
}

}  // namespace espalier::config
