#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <espalier/base/text/duration.hpp>

namespace espalier::config {

/// What one run needs, resolved: every value is set, so that the printed form can be run again as it is.
///
/// The initial values here are the documented defaults. Keys, help and allowed values stand in keys.cpp and
/// sparsity_keys.cpp, in one entry each; `--print-defaults`, the check for unknown keys and docs/configuration.md come
/// from there.
struct RunConfig {
    std::string name = "run";
    std::int64_t seed = 0;

    struct Data {
        std::string dataset = "fashion-mnist";
        std::string root;   ///< ":"-separated folders; empty: ESPALIER_DATA
        std::string label;  ///< of a table: the column of its labels; empty: the last
        double test = 0.0;  ///< where the dataset has no test set
        double validation = 0.1;
        std::string standardise = "channel";
        std::vector<double> mean;       ///< of standardise = "constants", one a channel
        std::vector<double> deviation;  ///< the key "std"
        std::string features;           ///< a file with the numbers of the features to train on; empty: all
        std::int64_t crop_padding = 0;  ///< pixels around an image that is cropped at random; 0: none
        std::string crop_fill = "reflect";
        bool flip = false;
        std::int64_t cutout = 0;  ///< side of a square that is cut out; 0: none
    } data;

    struct Model {
        std::string kind = "mlp";
        std::int64_t width = 0;          ///< of images: channels of the first stage; 0: the model's own
        std::int64_t heads = 3;          ///< of models with heads
        std::int64_t head_blocks = 0;    ///< that each head has for itself; 0: as published
        bool shared_final_norm = false;  ///< of neurotrails_wrn: all heads go through one last normalisation
        std::string merge_heads = "logits";
        bool global_pool = false;           ///< of residual networks for images of 32x32: the mean over any map
        std::vector<std::int64_t> kernels;  ///< of SLaK and ConvNeXt: of each stage; empty: as published
        double layer_scale = 1e-6;          ///< of these: what the scales of blocks start with
        double stochastic_depth = 0.0;      ///< of these: rate of the last block
        std::int64_t classes = 0;           ///< 0: the data's
        std::vector<std::string> layers;    ///< of kind = "layers": a table of TOML each, see model_layers.hpp
        std::vector<std::int64_t> hidden = {300, 100};
        std::string activation = "relu";
        double leaky_slope = 0.01;
        double all_relu_slope = 0.6;
        double dropout = 0.0;                ///< after every hidden layer
        std::string normalisation = "none";  ///< before every hidden activation, or every residual block
        double input_noise = 0.0;            ///< standard deviation of what training adds to the inputs
        std::string init = "kaiming_uniform";
        double init_std = 0.1;  ///< of init = "normal"
        std::string fan_in = "sparse_aware";
        std::string execution = "auto";
        std::string crossovers;  ///< of execution = "auto"; empty until fill_crossovers(): this machine's
    } model;

    /// What a method names replaces the initial values of keys that are not given: see resolve().
    struct Sparsity {
        std::string method = "set";
        std::string init;                     ///< empty until resolved: the method's own
        std::string layer_densities = "erk";  ///< where init is a structure
        std::int64_t init_seed = -1;          ///< of the initial mask; below 0: the run's seed
        double init_perturbation = 0.0;       ///< share of the initial mask moved, by the run's seed
        std::int64_t regroup_rows = 0;        ///< outputs of the blocks that the initial mask becomes; 0: none
        std::int64_t regroup_places = 0;      ///< of a kernel that such a block keeps; 0: all
        double density = 0.1;
        double epsilon = 0.0;     ///< above 0: er by epsilon, and density is not used
        double dense_from = 1.0;  ///< layers drawn at this density or above become dense
        std::vector<std::string> dense_layers;

        std::string structure = "none";
        std::string update_every = "0ep";
        std::vector<double> update_milestones;  ///< shares of the training
        std::int64_t update_factor = 2;
        double stop_fraction = 1.0;
        bool update_at_start = false;
        bool skip_optimizer_step = false;

        std::string drop_rule = "none";
        double drop_fraction = 0.0;
        std::string drop_schedule = "constant";
        double drop_fraction_min = 0.0;
        double drop_power = 3.0;
        std::vector<double> drop_milestones;
        std::vector<double> drop_factors;
        std::string drop_rounding = "floor";
        double drop_noise = 0.0;
        double gradient_weight = 0.01;
        double threshold = 1e-3;
        double threshold_tolerance = 0.1;
        std::int64_t threshold_target = 0;
        bool inclusive_thresholds = false;
        std::int64_t dormant_samples = 0;  ///< 0: dormant neurons are not counted
        double dormant_threshold = 0.01;
        double revival_tolerance = 1e-3;  ///< of drop_rule = "revival_change"
        std::string revival_next = "smallest";

        std::string grow_rule = "none";
        std::string candidates = "all_absent";
        std::string gradient_time = "before_step";
        std::string zero_gradient = "in_order";
        double momentum_decay = 0.9;
        double sample_factor = 10.0;
        Duration early_stop = Duration::epochs(40);  ///< of cosine_seq
        std::string budget = "exchange";
        std::string redistribution = "none";
        std::string grow_init = "zeros";
        std::string regrown_value = "keep";
        std::string momentum_state = "masked";
        bool reset_momentum = false;

        std::string parameters = "kept";
        double backward_density = 0.0;  ///< of parameters = "dense"; 0: half way from the density to 1
        double backward_until = 1.0;
        double exploration_loss = 1e-4;
        double mask_rate = 0.1;  ///< of parameters = "scored", as the next five
        std::string mask_gradient = "first_order";
        std::string mask_soft = "sigmoid";
        double mask_ridge = 1.0;
        std::string mask_scope = "layer";
        double mask_candidates = 1.0;

        std::string density_schedule = "constant";
        double initial_density = 1.0;  ///< where the schedule is not constant
        double density_from = 0.0;
        double density_until = 0.5;
        double classifier_density = 0.0;  ///< 0: as the other layers
        std::string prune_scope = "global";

        std::string importance_every = "0ep";
        Duration importance_from = Duration::epochs(200);
        double importance_percentile = 20.0;
        bool importance_hard = true;

        std::string exchange_scope = "layer";
        double soft_bound = 0.0;  ///< of exchange_scope = "global": share of all positions
        double soft_until = 0.0;

        double channel_share = 0.0;  ///< 0: no channel is removed
        std::string channel_score = "umm";
        std::string channel_every = "0ep";
        double channel_until = 0.8125;
        double channel_floor = 0.5;
        std::string channel_surplus = "lowest";

        bool exploration = true;  ///< keep the union of all masks, for R_s

        // How the initial mask is found.
        std::string placement = "exact";  ///< or "bernoulli": positions drawn one by one
        double erk_power = 1.0;
        bool init_weights = false;  ///< of init file: its weights too
        std::string score_init = "actual";
        std::string score_batch_norm = "train";
        std::string score_scope = "global";
        std::int64_t score_samples = 10;  ///< a class
        std::int64_t score_passes = 100;
        std::string score_schedule = "exponential";
        bool score_permanent = true;
        double score_temperature = 200.0;
        std::int64_t min_per_layer = 0;
        bool phew_trim = false;
        double npb_alpha = 0.01;
        double npb_beta = 1.0;
        std::int64_t npb_kernel = 0;  ///< 0: all places
        std::int64_t npb_chunk = 10;
        bool npb_refill = true;
    } sparsity;

    struct Optimizer {
        std::string kind = "sgd";
        double learning_rate = 0.1;
        double momentum = 0.9;
        bool nesterov = false;
        double weight_decay = 0.0;
        std::string decay_of = "all";
        double beta_1 = 0.9;
        double beta_2 = 0.999;
        double adam_epsilon = 1e-8;
        std::string schedule = "constant";
        std::vector<double> milestones = {0.5, 0.75};  ///< of step: shares of the training
        double factor = 0.1;                           ///< of step
        double min_learning_rate = 0.0;                ///< of cosine and cyclical
        Duration cycle = Duration::epochs(8);          ///< of cyclical
        Duration warmup;                               ///< linear, before any schedule
    } optimizer;

    /// Phases at the end of the run that each leave a ticket. What a method names replaces what is not given.
    struct Tickets {
        std::string method = "none";
        double share = 0.0;  ///< of the epochs
        std::string length = "0ep";
        std::string schedule = "cyclical";
        double learning_rate = 0.0;
        double min_learning_rate = 0.0;
        double drop_fraction = 0.0;
        bool updates = false;
        std::string choose = "last";
    } tickets;

    struct Training {
        std::int64_t epochs = 20;
        Duration start;  ///< the step of the schedule at which the run begins
        std::int64_t batch_size = 128;
        std::int64_t blocks = 1;  ///< of a batch, by which its gradient is defined
        Duration evaluate_every = Duration::epochs(1);
        std::string checkpoint_every = "auto";
        bool shuffle = true;           ///< false: samples in file order
        std::int64_t order_seed = -1;  ///< of the order of the samples; below 0: the run's seed
        double label_smoothing = 0.0;
        double weight_average = 0.0;  ///< decay of the running mean that is evaluated; 0: none
        std::string loss = "default";
        std::vector<std::string> callbacks;  ///< names of what plug-ins brought
        std::vector<std::string> log;        ///< formats of the logs beside run.h5
    } training;

    struct Snapshots {
        Duration every = Duration::epochs(1);
        std::vector<std::string> at;  ///< lengths of time
        bool weights = true;
    } snapshots;
};

}  // namespace espalier::config
