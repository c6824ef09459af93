#pragma once

#include <string>

#include <espalier/report/json.hpp>
#include <espalier/tickets/superposed.hpp>

namespace espalier::report {

/// {"method", "target", "options", "members": [...], "density", "test_accuracy", "best_member_test_accuracy",
/// "mean_member_test_accuracy", ...}; docs/formats.md has all of it.
Json superposed_json(const tickets::Superposed& superposed);

/// Method, a table of the members and of what became of them.
std::string superposed_text(const tickets::Superposed& superposed);

}  // namespace espalier::report
