#pragma once

#include <string>
#include <vector>

/// The names a configuration may write for each exchangeable piece, in the order help shows them.
namespace espalier::config::choices {

std::vector<std::string> methods();
std::vector<std::string> distributions();
std::vector<std::string> inits();
std::vector<std::string> drop_rules();
std::vector<std::string> grow_rules();
std::vector<std::string> drop_schedules();

std::vector<std::string> models();
std::vector<std::string> activations();
std::vector<std::string> initialisers();
std::vector<std::string> fan_modes();
std::vector<std::string> executions();

std::vector<std::string> optimizers();
std::vector<std::string> learning_rate_schedules();

std::vector<std::string> datasets();
std::vector<std::string> standardisations();

}  // namespace espalier::config::choices
