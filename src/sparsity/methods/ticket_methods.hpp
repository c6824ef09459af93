#pragma once

#include <vector>

#include <espalier/sparsity/methods/methods.hpp>

namespace espalier::sparsity {

/// A way to get cheap tickets out of one run: values of keys of [tickets], any of which a configuration may replace.
struct TicketMethod : Named {
    std::vector<Part> parts;
};

/// none, sup_tickets, edst (definitions.md 5.1). A new one is one entry of this table.
const std::vector<TicketMethod>& ticket_methods();

}  // namespace espalier::sparsity
