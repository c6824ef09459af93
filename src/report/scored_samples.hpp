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
    std::string unlabelled;  ///< why the labels say nothing; empty where they do
    std::string what;        ///< "the test set of digits"
};

/// The test set of the network's configuration, or where a file is given its samples. Inputs are scaled as the run
/// file says; of networks that are no run's, as the training part of the configured data has it.
/// @param file  an .npz with x and y (data/arrays.hpp); empty: the test set
/// @throws ConfigError where the data are not found or do not fit the network; FormatError, IoError
ScoredSamples scored_samples(const tickets::Ticket& ticket, const std::string& file,
                             const std::function<void(const std::string&)>& notice);

}  // namespace espalier::report
