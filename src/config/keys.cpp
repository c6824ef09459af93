#include <espalier/config/choices.hpp>
#include <espalier/config/keys.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/nn/execution/crossovers.hpp>

namespace espalier::config {
namespace {

using namespace keys;

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
    const KeyAdder<T> add(keys, "data.", &RunConfig::data);
    add("dataset", &T::dataset,
        one_of_or_path(choices::datasets(), "a path that ends in .csv, .npz or .npy or has a '/'",
                       data::is_dataset_path),
        "What is learned: a name of 'espalier datasets', or a file or folder of your own (docs/formats.md)");
    add("root", &T::root, folders(), "Where datasets lie; empty: the folders in ESPALIER_DATA");
    add("label", &T::label, anything(),
        "Of a .csv: the column of the labels, by its name or its number from 1 (-1: the last); empty: the last. Of "
        "cifar100: fine (as where empty) or coarse");
    add("test", &T::test, within(share_below_one),
        "Of a dataset without a test set: share of its samples, from their end in file order, to test on; 0: none");
    add("validation", &T::validation, within(share_below_one),
        "Share of the training set, from its end in file order, that is held out");
    add("standardise", &T::standardise, one_of(choices::standardisations()),
        "Shift and scale inputs to mean 0 and deviation 1, by channel or by feature, or by constants: mean and std");
    add("mean", &T::mean, within({}), "Of constants: what is subtracted, one number a channel, white being 1");
    add("std", &T::deviation, above(0), "Of constants: what is then divided by, one number a channel, white being 1");
    add("features", &T::features, file_path(),
        "The only features to train on: a file with their numbers, from 0, one per line; empty: all");
    add("crop_padding", &T::crop_padding, within({.low = 0, .high = 65535}),
        "Images to train on are padded by so many pixels on each side, and a part of their size is cut at random; 0: "
        "not");
    add("crop_fill", &T::crop_fill, one_of(choices::crop_fills()),
        "What the padding is: the image reflected at its border, or zero as it is stored (black, then standardised)");
    add("flip", &T::flip, anything(), "Images to train on change left and right, each with probability 1/2");
    add("cutout", &T::cutout, within({.low = 0, .high = 65535}),
        "Side of a square around a random pixel of each image to train on that is 0 after standardisation; 0: none");
}

void add_model(std::vector<Key>& keys) {
    using T = RunConfig::Model;
    const KeyAdder<T> add(keys, "model.", &RunConfig::model);
    add("kind", &T::kind, one_of_forms(choices::models()),
        "The network: an mlp or a residual_mlp of features; an autoencoder, which learns its own inputs (mean squared "
        "error); or one of images, # being a number: cifar_resnet_20");
    add("width", &T::width, at_least(0), "Channels of the first stage of a model of images; 0: as published");
    add("global_pool", &T::global_pool, anything(),
        "Of resnet#_cifar and wrn-#-#, which are made for 32x32 pixels: their last mean is over whatever map other "
        "images leave");
    add("heads", &T::heads, within({.low = 2, .high = 1000}), "Of models with heads (neurotrails_...): how many");
    add("head_blocks", &T::head_blocks, at_least(0),
        "Of models with heads: how many of the last residual blocks, of an mlp hidden layers, each head has for "
        "itself; "
        "0: two thirds of a Wide ResNet's, ten of a ResNet-50's sixteen, an mlp's last two");
    add("shared_final_norm", &T::shared_final_norm, anything(),
        "Of neurotrails_wrn-#-#: all heads go through one last batch normalisation, as in the published program, which "
        "mixes their statistics");
    add("merge_heads", &T::merge_heads, one_of({"logits", "probabilities"}),
        "Of models with heads: their answer is the softmax of the mean of their logits, or the mean of their softmax");
    add("kernels", &T::kernels, within({.low = 1, .high = 255}),
        "Of slak and convnext: the side of the depthwise kernels of each stage, odd; []: as published");
    add("layer_scale", &T::layer_scale, at_least(0),
        "Of slak and convnext: what each block's trained scales start with");
    add("stochastic_depth", &T::stochastic_depth, within(share_below_one),
        "Of slak and convnext: share of the samples that skip the last block in training; rates rise from 0 in equal "
        "steps");
    add("layers", &T::layers, anything(),
        "Of kind = \"layers\": the network layer by layer, a table [[model.layers]] each with kind (conv2d, conv1d, "
        "batch_norm, relu, max_pool, avg_pool, adaptive_avg_pool, adaptive_max_pool, zero_pad, replication_pad, "
        "reflection_pad, flatten, linear, sum, ...), name, channels, kernel, stride, padding (docs/formats.md)");
    add("classes", &T::classes, at_least(0), "Outputs of a classifier; 0: as many as the data have classes");
    add("hidden", &T::hidden, within(count),
        "Neurons of each hidden layer; of a residual_mlp first of the stream, then inside each block");
    add("activation", &T::activation, one_of(choices::activations()), "After every hidden layer");
    add("leaky_slope", &T::leaky_slope, within(share), "Slope of leaky_relu below 0");
    add("all_relu_slope", &T::all_relu_slope, at_least(0),
        "Slope of all_relu below 0; its sign alternates from layer to layer");
    add("dropout", &T::dropout, within(share_below_one), "Share of activations dropped after every hidden layer");
    add("normalisation", &T::normalisation, one_of(choices::normalisations()),
        "Before the activation of every hidden layer; of a residual_mlp before every block and the last layer");
    add("input_noise", &T::input_noise, at_least(0),
        "Deviation of the normal noise that training adds to the inputs, standardised as they are; an autoencoder "
        "is to reconstruct them without it");
    add("init", &T::init, one_of(choices::initialisers()), "How weights are drawn");
    add("init_std", &T::init_std, above(0), "Deviation of init = \"normal\"");
    add("fan_in", &T::fan_in, one_of(choices::fan_modes()),
        "What initialisers take for the inputs of a sparse layer's neuron");
    add("execution", &T::execution, one_of(choices::executions()),
        "How masked layers are computed: by sparse kernels, by dense ones that compute the zeros too, or whichever is "
        "faster");
    add("crossovers", &T::crossovers,
        text_that("\"\", or one line of a table as 'espalier tune' writes it",
                  [](const std::string& text) {
                      if (!text.empty()) nn::Crossovers::parse(text);
                  }),
        "Of auto: densities above which dense is faster; empty: this machine's tuned table, else the shipped one");
}

void add_optimizer(std::vector<Key>& keys) {
    using T = RunConfig::Optimizer;
    const KeyAdder<T> add(keys, "optimizer.", &RunConfig::optimizer);
    add("kind", &T::kind, one_of(choices::optimizers()), "Rule of the step");
    add("learning_rate", &T::learning_rate, above(0), "Size of the step");
    add("momentum", &T::momentum, within(share_below_one), "Of sgd");
    add("nesterov", &T::nesterov, anything(), "Of sgd: look ahead; needs momentum");
    add("weight_decay", &T::weight_decay, at_least(0),
        "Pull towards 0 on the kept weights: an L2 penalty, of adamw beside the "
        "step");
    add("decay_of", &T::decay_of, one_of({"all", "weights"}),
        "What weight_decay pulls at: all that is trained, or weights alone, not biases, normalisations and scales");
    add("beta_1", &T::beta_1, within(share_below_one), "Of adam and adamw: memory of the mean");
    add("beta_2", &T::beta_2, within(share_below_one), "Of adam and adamw: memory of the square");
    add("adam_epsilon", &T::adam_epsilon, above(0), "Of adam and adamw: added to the root of the square");
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
    const KeyAdder<T> add(keys, "tickets.", &RunConfig::tickets);
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
    const KeyAdder<T> add(keys, "training.", &RunConfig::training);
    add("epochs", &T::epochs, within({.low = 1, .high = 1e9}),
        "Passes over the training set, to the end of the schedule");
    add("start", &T::start, length(),
        "Step of the schedule that the run begins at, as if those before had been done (init_weights brings their "
        "weights): learning rate, order of the samples and epochs go on from there, the optimizer begins anew");
    add("batch_size", &T::batch_size, within(count), "Samples a step; the last, partial batch is kept");
    add("blocks", &T::blocks, power_of_two(1024),
        "Parts of a batch that go through the network side by side, a thread each, and whose gradients are summed by a "
        "tree: faster on several threads where layers are small (docs/performance.md). Bits depend on it, never on "
        "threads");
    add("evaluate_every", &T::evaluate_every, positive_length(), "Time between evaluations; the end is always one");
    add("checkpoint_every", &T::checkpoint_every, positive_length_or("auto"),
        "Time between checkpoints; auto: as often as costs under 1 % of the time");
    add("shuffle", &T::shuffle, anything(),
        "Each epoch takes the samples in an order of its own; false: in file order");
    add("order_seed", &T::order_seed, at_least(-1),
        "Of the order of the samples in each epoch, and of their crops, flips and cutouts; -1: the run's seed");
    add("label_smoothing", &T::label_smoothing, within(share_below_one),
        "Share of the target that is spread evenly over all classes, in training alone");
    add("weight_average", &T::weight_average, within(share_below_one),
        "Decay of a running mean of all weights, which is then what is evaluated and exported; it follows the mask. 0: "
        "none");
    add("loss", &T::loss, one_of_those_known(choices::losses),
        "What is minimised; default: cross_entropy of models with classes, squared_error of an autoencoder");
    add("callbacks", &T::callbacks, list_of_those_known(choices::callbacks),
        "Plug-ins' functions that are called at the end of every epoch, and may end the run");
    add("log", &T::log, some_of(choices::logs()),
        "Logs beside run.h5 that grow row by row, for other tools to watch: log.jsonl, log.csv, TensorBoard's events");
}

void add_snapshots(std::vector<Key>& keys) {
    using T = RunConfig::Snapshots;
    const KeyAdder<T> add(keys, "snapshots.", &RunConfig::snapshots);
    add("every", &T::every, length(), "Time between snapshots of the topology; 0: the initial state and the end");
    add("at", &T::at, lengths(), "Further snapshots, after these steps of the schedule: [\"500it\", \"3ep\"]");
    add("weights", &T::weights, anything(), "Snapshots hold weights too");
}

}  // namespace

std::vector<Key> all_keys() {
    std::vector<Key> keys;
    for (const auto add :
         {add_top, add_data, add_model, add_sparsity_keys, add_optimizer, add_tickets, add_training, add_snapshots}) {
        add(keys);
    }
    return keys;
}

}  // namespace espalier::config
