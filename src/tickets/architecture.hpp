#pragma once

#include <vector>

#include <espalier/tickets/ticket.hpp>

namespace espalier::tickets {

/// Tickets are compared and superposed weight by weight: all must have the layers and parameters of the first, in
/// shape and order, and be used in the same way (model.kind, activations).
/// @throws FormatError naming both tickets, the layer and both shapes
void require_same_architecture(const std::vector<Ticket>& tickets);

/// ... and be for the same data, held out alike: what one has trained on must not be another's validation set.
/// @throws FormatError naming both tickets, the key and both values
void require_same_data(const std::vector<Ticket>& tickets);

/// @throws ConfigError where no example is held out; `what` needs them
void require_validation(const Ticket& ticket, const std::string& what);

}  // namespace espalier::tickets
