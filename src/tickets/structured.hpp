#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <espalier/data/dataset.hpp>
#include <espalier/data/standardise.hpp>
#include <espalier/nn/models/spec.hpp>
#include <espalier/tickets/ticket.hpp>

namespace espalier::tickets {

/// Samples to try a network on.
struct TriedSamples {
    const data::Examples& examples;
    const data::Standardisation& standardisation;
    nn::Sample shape;
    std::size_t classes = 0;
};

struct StructuredOptions {
    bool merges_kernels =
        false;  ///< in place of cutting channels: parallel kernels become one (nn/graph/merge_kernels.hpp)
    bool keeps_masks = false;  ///< layers stay sparse between the channels that stay; else they become dense
    std::size_t batch = 128;   ///< samples of a batch that is timed
};

/// What a network takes.
struct NetworkSize {
    std::size_t parameters = 0;     ///< kept weights, biases, scales and the like
    std::size_t multiply_adds = 0;  ///< of a forward pass of one sample, by kept weights
    double seconds = 0.0;           ///< of a forward pass of a batch, the fastest of some
};

/// Channels of one layer with weights before and after; of a merged kernel the largest of those before.
struct StructuredLayer {
    std::string name;
    std::vector<std::size_t> before, after;  ///< shape of its weight
};

/// A ticket without the channels that its output does not need (definitions.md 7.10).
struct Structured {
    Ticket ticket;  ///< its configuration spells out the narrower network
    std::vector<StructuredLayer> layers;
    std::size_t kernels = 0;     ///< that were merged into others
    std::size_t cut_off = 0;     ///< nn::ChannelsLeft
    std::size_t at_borders = 0;  ///< nn::ChannelsLeft
    std::size_t folded = 0;      ///< nn::NarrowNetwork
    NetworkSize dense;           ///< the network before with every weight
    NetworkSize before;          ///< with those it keeps
    NetworkSize after;
    std::size_t batch = 0;  ///< samples that the seconds are of
    /// Of the outputs for some samples, both networks computed in double: the largest difference over the largest
    /// output.
    double distance = 0.0;
};

/// Rebuilds a ticket's network, reads it again as a file would give it, and compares what both make of samples.
/// @throws ConfigError where the model has no narrower form that a configuration can say, or no kernels to merge; Error
/// where outputs differ by
///         more than 1e-6 of the largest
Structured structured(const Ticket& ticket, const TriedSamples& samples, const StructuredOptions& options);

/// A topology file with all parameters and the configuration, which every command reads as a ticket.
void write_structured(const std::filesystem::path& file, const Structured& structured);

}  // namespace espalier::tickets
