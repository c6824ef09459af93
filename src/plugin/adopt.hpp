#pragma once

#include <exception>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include <espalier/base/text/named.hpp>
#include <espalier/plugin/interface.hpp>

/// What plug-ins bring, in C++ or in Python, becomes an entry of the registry it belongs to.
namespace espalier::plugin {

/// What a function throws that ends the work without being at fault, and is to be passed on as it is: Ctrl-C while a
/// rule written in Python ran.
class Interruption : public std::runtime_error {
  public:
    Interruption(const std::string& what, std::exception_ptr cause)
        : std::runtime_error(what), cause_(std::move(cause)) {}
    const std::exception_ptr& cause() const { return cause_; }

  private:
    std::exception_ptr cause_;
};

/// Adds it under its name. Whatever else its function throws becomes a PluginError: "drop rule 'mine': ...".
/// @throws ConfigError where the name is taken, or none
void adopt_drop_rule(const Named& named, Host::DropScore score);
void adopt_grow_rule(const Named& named, bool wants_gradient, Host::GrowScore score);
void adopt_metric(const Named& named, Host::Measure measure);
void adopt_distance(const Named& named, Host::Compare measure);
void adopt_loss(const Named& named, Host::Sum sum);
void adopt_callback(const Named& named, Host::AtEpochEnd at_epoch_end);

}  // namespace espalier::plugin
