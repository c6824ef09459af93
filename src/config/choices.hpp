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
std::vector<std::string> losses();
std::vector<std::string> callbacks();
std::vector<std::string> density_schedules();
std::vector<std::string> redistributions();
std::vector<std::string> budgets();
std::vector<std::string> exchange_scopes();
std::vector<std::string> channel_scores();
std::vector<std::string> channel_surpluses();
std::vector<std::string> roundings();
std::vector<std::string> candidate_sets();
std::vector<std::string> regrown_values();
std::vector<std::string> parameter_sets();
std::vector<std::string> momentum_states();
std::vector<std::string> gradient_times();
std::vector<std::string> zero_gradients();
std::vector<std::string> revival_followers();
std::vector<std::string> mask_gradients();
std::vector<std::string> soft_masks();
std::vector<std::string> mask_scopes();
std::vector<std::string> prune_scopes();
std::vector<std::string> drop_schedules();

std::vector<std::string> ticket_methods();

std::vector<std::string> models();
std::vector<std::string> activations();
std::vector<std::string> normalisations();
std::vector<std::string> initialisers();
std::vector<std::string> fan_modes();
std::vector<std::string> executions();

std::vector<std::string> optimizers();
std::vector<std::string> learning_rate_schedules();

std::vector<std::string> logs();

std::vector<std::string> datasets();
std::vector<std::string> standardisations();
std::vector<std::string> crop_fills();

}  // namespace espalier::config::choices
