#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <espalier/config/run_config.hpp>
#include <espalier/data/dataset.hpp>
#include <espalier/nn/graph/neuron_dealing.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/optim/optimizer.hpp>
#include <espalier/sparsity/initial/allotment.hpp>
#include <espalier/sparsity/update/update_plan.hpp>
#include <espalier/topology/files/stored_network.hpp>
#include <espalier/training/plan/phased_rate.hpp>

/// What a resolved configuration means for the rooms below: their own options. The network itself: initial_network.hpp.
namespace espalier::training {

/// What the number of steps and the layers of a run follow from.
struct DataSizes {
    nn::Sample inputs = 0;
    std::size_t classes = 0;
    std::size_t examples = 0;  ///< for training and validation together
};

/// Optimizer steps of an epoch: batches of the examples that are not held out, the last one partial.
std::int64_t steps_per_epoch(const config::RunConfig& config, std::size_t examples);

/// Layers and how many weights each keeps; what `inspect` shows of a configuration.
struct NetworkPlan {
    nn::NetworkSpec spec;
    sparsity::Init init;                                            ///< sparsity.init, read
    std::vector<sparsity::LayerAllotment> layers;                   ///< one for each weight of the spec
    std::shared_ptr<const topology::StoredNetwork> file = nullptr;  ///< what init names, where that is a file
    std::vector<std::string> file_notes = {};  ///< what was left out or guessed in reading it, a line each
    Communicator* neuron_ranks = nullptr;      ///< that deal the neurons among themselves; null: all are here
    std::shared_ptr<const nn::NeuronDealing> dealing = nullptr;  ///< how, once masks are known

    std::size_t positions() const;
    std::size_t kept() const;
    /// Of a forward pass of one sample with every weight kept.
    std::size_t multiply_adds() const;
    double density() const;  ///< kept over positions, layers forced dense included
};

/// What a sample of a dataset is to a network.
nn::Sample sample_of(const data::SampleShape& shape);

/// What the model of a configuration is made of.
/// @throws ConfigError where it would have more than 2^60 weights, whose sums could overflow
nn::NetworkSpec network_spec(const config::RunConfig& config, const nn::Sample& inputs, std::size_t classes);

/// @throws ConfigError where the counts cannot be (see sparsity::allot), or no layer keeps a weight, at first or at the
///         end of a density schedule
NetworkPlan plan_network(const config::RunConfig& config, const nn::Sample& inputs, std::size_t classes);

/// What the configuration says of the layers' shares, of a plan whose init and file are known.
sparsity::AllotmentRequest allotment_request(const config::RunConfig& config, const NetworkPlan& plan);

/// @throws ConfigError where no layer of the plan keeps a weight
void require_weights(const config::RunConfig& config, const NetworkPlan& plan);

optim::OptimizerOptions optimizer_options(const config::RunConfig& config);
PhasedRate learning_rate(const config::RunConfig& config, std::int64_t steps_per_epoch);

/// The phases at the end of the run that each leave a ticket.
sparsity::TicketPhases ticket_phases(const config::RunConfig& config, std::int64_t steps_per_epoch);

/// What the initial mask keeps of all weights: the density, or what a density schedule begins with.
double first_density(const config::RunConfig& config);

/// Bytes that the method keeps for every position of the layers that may change, kept or not, beside the kept weights:
/// running means of gradients, momentum of absent positions, dense parameters; similarities during an update.
std::size_t dense_state_bytes(const config::RunConfig& config, const NetworkPlan& plan);

/// When and how the topology changes; before ticket phases the last exchange falls on floor(stop_fraction * steps) at
/// the latest, of all steps up to them.
/// @throws ConfigError where a density schedule has no time for a single event, or a method that exchanges weights none
///         for an exchange of more than none
sparsity::UpdatePlan update_plan(const config::RunConfig& config, std::int64_t steps_per_epoch);

/// Steps of snapshots.at, ascending; those before training.start have none.
/// @throws ConfigError for one behind the training's last step
std::vector<std::int64_t> snapshot_steps(const config::RunConfig& config, std::int64_t steps_per_epoch);

/// The step that the run begins at. @throws ConfigError where that is none of the training
std::int64_t first_step(const config::RunConfig& config, std::int64_t steps_per_epoch);

}  // namespace espalier::training
