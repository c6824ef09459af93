#include <espalier/sparsity/rules/update_options.hpp>

namespace espalier::sparsity {

const std::vector<Choice<Rounding>>& roundings() {
    static const std::vector<Choice<Rounding>> table = {
        {{"floor", "down, as google-research/rigl and CTRE do", ""}, Rounding::floor},
        {{"ceil", "up, as ITOP, GraNet, FreeTickets and Sup-tickets do", ""}, Rounding::ceil},
    };
    return table;
}

const std::vector<Choice<CandidateSet>>& candidate_sets() {
    static const std::vector<Choice<CandidateSet>> table = {
        {{"all_absent", "every absent position, those just dropped too", ""}, CandidateSet::all_absent},
        {{"not_just_dropped", "no position that this update dropped, unless too few others are left", ""},
         CandidateSet::not_just_dropped},
        {{"never_active", "positions that were in no mask so far; others only when these run out", ""},
         CandidateSet::never_active},
    };
    return table;
}

const std::vector<Choice<RegrownValue>>& regrown_values() {
    static const std::vector<Choice<RegrownValue>> table = {
        {{"keep", "value and optimizer state stay, as in rigl, ITOP and GraNet", ""}, RegrownValue::keep},
        {{"as_new", "the value of sparsity.grow_init and no state, as in FreeTickets and SET", ""},
         RegrownValue::as_new},
    };
    return table;
}

const std::vector<Choice<Parameters>>& parameter_sets() {
    static const std::vector<Choice<Parameters>> table = {
        {{"kept", "the kept weights alone", ""}, Parameters::kept},
        {{"dense",
          "every position has one; the largest of a layer are its weights, those next in size are trained along, to "
          "take their places at the next update; costs dense memory",
          "Jayakumar et al., NeurIPS 2020 (Top-KAST)"},
         Parameters::dense},
        {{"scored",
          "every position has one and a score; those with the highest scores are the weights, and scores move by the "
          "loss' gradient at the mask; costs dense memory twice, unless mask_candidates is below 1",
          "Ji et al., ICML 2024 (BiDST); a reconstruction"},
         Parameters::scored},
    };
    return table;
}

const std::vector<Choice<MomentumState>>& momentum_states() {
    static const std::vector<Choice<MomentumState>> table = {
        {{"masked", "absent positions have none", "ITOP, GraNet, rigl"}, MomentumState::masked},
        {{"dense",
          "absent positions go on gathering momentum, which a grown weight starts with; costs dense memory and "
          "a dense gradient every step",
          "FreeTickets, Random_Pruning"},
         MomentumState::dense},
    };
    return table;
}

const std::vector<Choice<GradientTime>>& gradient_times() {
    static const std::vector<Choice<GradientTime>> table = {
        {{"before_step", "of the batch just used, at the weights before the step", ""}, GradientTime::before_step},
        {{"fresh", "of the same batch at the weights after the step", ""}, GradientTime::fresh},
    };
    return table;
}

const std::vector<Choice<ZeroGradient>>& zero_gradients() {
    static const std::vector<Choice<ZeroGradient>> table = {
        {{"in_order", "the lower positions: exact and the same for every seed, but the first units get all of them",
          ""},
         ZeroGradient::in_order},
        {{"random", "any, equally likely, by seed, layer and step", ""}, ZeroGradient::random},
    };
    return table;
}

const std::vector<Choice<RevivalNext>>& revival_followers() {
    static const std::vector<Choice<RevivalNext>> table = {
        {{"smallest", "those nearest 0", ""}, RevivalNext::smallest},
        {{"shrunk", "those whose absolute value shrank most since the last update, then those nearest 0", ""},
         RevivalNext::shrunk},
        {{"fallen", "those whose value fell most since the last update, then those nearest 0", ""},
         RevivalNext::fallen},
    };
    return table;
}

}  // namespace espalier::sparsity
