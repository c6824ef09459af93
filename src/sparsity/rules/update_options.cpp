#include <espalier/sparsity/rules/update_options.hpp>

namespace espalier::sparsity {

const std::vector<Named>& roundings() {
    static const std::vector<Named> table = {
        {"floor", "down, as google-research/rigl and CTRE do", ""},
        {"ceil", "up, as ITOP, GraNet, FreeTickets and Sup-tickets do", ""},
    };
    return table;
}

const std::vector<Named>& candidate_sets() {
    static const std::vector<Named> table = {
        {"all_absent", "every absent position, those just dropped too", ""},
        {"not_just_dropped", "no position that this update dropped, unless too few others are left", ""},
        {"never_active", "positions that were in no mask so far; others only when these run out", ""},
    };
    return table;
}

const std::vector<Named>& regrown_values() {
    static const std::vector<Named> table = {
        {"keep", "value and optimizer state stay, as in rigl, ITOP and GraNet", ""},
        {"as_new", "the value of sparsity.grow_init and no state, as in FreeTickets and SET", ""},
    };
    return table;
}

const std::vector<Named>& parameter_sets() {
    static const std::vector<Named> table = {
        {"kept", "the kept weights alone", ""},
        {"dense",
         "every position has one; the largest of a layer are its weights, those next in size are trained along, to "
         "take their places at the next update; costs dense memory",
         "Jayakumar et al., NeurIPS 2020 (Top-KAST)"},
    };
    return table;
}

const std::vector<Named>& momentum_states() {
    static const std::vector<Named> table = {
        {"masked", "absent positions have none", "ITOP, GraNet, rigl"},
        {"dense",
         "absent positions go on gathering momentum, which a grown weight starts with; costs dense memory and "
         "a dense gradient every step",
         "FreeTickets, Random_Pruning"},
    };
    return table;
}

const std::vector<Named>& gradient_times() {
    static const std::vector<Named> table = {
        {"before_step", "of the batch just used, at the weights before the step", ""},
        {"fresh", "of the same batch at the weights after the step", ""},
    };
    return table;
}

}  // namespace espalier::sparsity
