#include <espalier/sparsity/methods/ticket_methods.hpp>

namespace espalier::sparsity {

const std::vector<TicketMethod>& ticket_methods() {
    static const std::vector<TicketMethod> table = {
        {{"none", "a plain run", ""}, {}},
        // cycle_rate as published; the program's default is 0.2, and its large_death_rate 0.8.
        {{"sup_tickets",
          "short cycles of the learning rate at the end, each behind one large exchange of weights; to be averaged",
          "Yin et al., UAI 2022"},
         {{"share", 0.1},
          {"length", "8ep"},
          {"schedule", "cyclical"},
          {"learning_rate", 0.005},
          {"min_learning_rate", 0.001},
          {"drop_fraction", 0.5},
          {"updates", false},
          {"choose", "last"}}},
        {{"edst",
          "long phases of refinement, each behind an escape from the last topology, with updates throughout; to vote",
          "Liu et al., ICLR 2022 (FreeTickets)"},
         {{"share", 2.0 / 3.0},
          {"length", "100ep"},
          {"schedule", "step"},
          {"learning_rate", 0.01},
          {"min_learning_rate", 0.001},
          {"drop_fraction", 0.8},
          {"updates", true},
          {"choose", "best"}}},
    };
    return table;
}

}  // namespace espalier::sparsity
