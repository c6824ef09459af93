#pragma once

#include <cstdint>
#include <functional>
#include <limits>

#include <espalier/base/text/registry.hpp>

namespace espalier::config {

/// How far a run is at the end of an epoch.
struct EpochReport {
    std::int64_t step = 0;
    std::int64_t total_steps = 0;
    std::int64_t epoch = 0;  ///< that has ended, from 1
    std::int64_t epochs = 0;
    double loss = 0.0;                                                      ///< mean over the epoch
    double validation_accuracy = std::numeric_limits<double>::quiet_NaN();  ///< of the last evaluation; NaN for none
    double validation_loss = std::numeric_limits<double>::quiet_NaN();
};

/// Called at the end of every epoch of runs whose training.callbacks name it.
struct Callback : Named {
    std::function<bool(const EpochReport&)> at_epoch_end;  ///< true ends the run, saved
};

/// None is built in; plug-ins bring them.
const Registry<Callback>& callbacks();

/// @throws ConfigError where there is one of this name
void add_callback(Callback callback);

}  // namespace espalier::config
