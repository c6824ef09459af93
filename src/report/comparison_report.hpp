#pragma once

#include <string>

#include <espalier/tickets/ticket_comparison.hpp>

namespace espalier::report {

/// What `tickets compare --json` prints (docs/formats.md): one document.
std::string comparison_json(const tickets::Comparison& comparison);

/// The same for people: of two tickets a list, of more a matrix for each measure.
std::string comparison_text(const tickets::Comparison& comparison);

}  // namespace espalier::report
