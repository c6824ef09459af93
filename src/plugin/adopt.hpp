#pragma once

#include <functional>
#include <span>

#include <espalier/base/text/named.hpp>
#include <espalier/plugin/interface.hpp>

/// What plug-ins bring, in C++ or in Python, becomes an entry of the registry it belongs to.
namespace espalier::plugin {

/// Adds it under its name, with which errors of its function begin: "drop rule mine: ...".
/// @throws ConfigError where the name is taken, or none
void adopt_drop_rule(const Named& named, Host::DropScore score);
void adopt_grow_rule(const Named& named, bool wants_gradient, Host::GrowScore score);
void adopt_metric(const Named& named, Host::Measure measure);
void adopt_distance(const Named& named, Host::Compare measure);
void adopt_loss(const Named& named, Host::Sum sum);
void adopt_callback(const Named& named, Host::AtEpochEnd at_epoch_end);

}  // namespace espalier::plugin
