#pragma once

#include <functional>
#include <string>

#include <espalier/data/dataset.hpp>
#include <espalier/data/standardise.hpp>
#include <espalier/tickets/ticket.hpp>

namespace espalier::report {

/// Samples that a stored network is to be scored on, and how its inputs are made of them.
struct ScoredSamples {
    data::Examples examples;
    data::Standardisation standardisation;
    data::SampleShape shape;
    std::size_t classes = 0;
    double white = 1.0;      ///< the value that counts as 1, as data::unit_of() has it
    std::string unlabelled;  ///< why the labels say nothing; empty where they do
    std::string what;        ///< "the test set of digits"
};

/// The test set of the network's configuration, or where a file is given its samples. Inputs are scaled as the run
/// file says; of networks that are no run's, as the training part of the configured data has it.
/// @param file  an .npz with x and y (data/arrays.hpp); empty: the test set
/// @throws ConfigError where the data are not found or do not fit the network; FormatError, IoError
ScoredSamples scored_samples(const tickets::Ticket& ticket, const std::string& file,
                             const std::function<void(const std::string&)>& notice);

/// Samples of another dataset than the network's own, to be told from them.
struct ForeignSamples {
    std::string name;
    data::Examples examples;
    double white = 1.0;
};

/// The test set of a dataset, by name or path as data.dataset is, or all samples where it has none; of an .npz all of
/// x, which needs no labels.
/// @param shape  of the network's own samples
/// @throws ConfigError where the data are not found or of another shape, or the network takes selected features;
///         FormatError, IoError
ForeignSamples foreign_samples(const tickets::Ticket& ticket, const data::SampleShape& shape, const std::string& name,
                               const std::function<void(const std::string&)>& notice);

/// Leaves the first `count` samples, or all where there are fewer or `count` is 0.
void keep_first(data::Examples& examples, std::size_t count);

}  // namespace espalier::report
