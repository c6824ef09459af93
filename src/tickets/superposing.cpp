#include <algorithm>
#include <array>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/lottery_pools.hpp>
#include <espalier/tickets/soups.hpp>
#include <espalier/tickets/superposing.hpp>
#include <espalier/topology/superposition/consensus.hpp>

namespace espalier::tickets {
namespace {

/// Without validation.
Selected unselected(topology::StoredNetwork network, std::vector<double> coefficients) {
    return {std::move(network), std::nan(""), std::move(coefficients), {}};
}

Selected averaged(const SuperposeCall& call, std::string_view name) {
    topology::AveragingRule rule = topology::averaging_rule(name);
    rule.gamma = call.options.gamma.value_or(rule.gamma);
    return unselected(topology::superpose(call.members, rule, call.options.budget, call.options.prune_at),
                      topology::averaging_shares(rule, call.members.size()));
}

Selected uniform(const SuperposeCall& call) {
    const std::size_t count = call.members.size();
    return unselected(uniform_soup(call.members, call.options.budget),
                      std::vector<double>(count, 1 / static_cast<double>(count)));
}

Selected pooled(const SuperposeCall& call) {
    LotteryPoolOptions options;
    options.target = call.options.target;
    if (!call.options.coefficients.empty()) options.coefficients = call.options.coefficients;
    options.candidates = call.options.candidates.value_or(options.candidates);
    options.budget = call.options.budget;
    return lottery_pools(call.members, options, call.score);
}

Selected greedy(const SuperposeCall& call) {
    return greedy_soup(call.members, call.accuracies, call.options.budget, call.score);
}

Selected agreed(const SuperposeCall& call, std::size_t needed) {
    const topology::Consensus wanted{needed, topology::value_rule(call.options.values).kind, call.options.target};
    return unselected(topology::pruned(topology::consensus(call.members, wanted), call.options.budget), {});
}

using Work = Selected (*)(const SuperposeCall&);

SuperposeMethod fixed(Named named, std::vector<std::string> takes, Work work) {
    return {std::move(named), false, true, std::move(takes), work};
}

SuperposeMethod selecting(Named named, std::vector<std::string> takes, Work work) {
    return {std::move(named), true, true, std::move(takes), work};
}

SuperposeMethod consensus(Named named, std::vector<std::string> takes, Work work) {
    return {std::move(named), false, false, std::move(takes), work};
}

std::vector<SuperposeMethod> all_methods() {
    using Call = SuperposeCall;
    return {
        fixed({"sup_tickets", "average of a run's cheap tickets, pruned after each", "Yin et al., UAI 2022"},
              {"--average", "--gamma", "--prune", "--without-pretrained"},
              [](const Call& call) { return averaged(call, call.options.average); }),
        selecting(
            {"lottery_pools", "interpolations from the target to one ticket after the other", "Yin et al., AAAI 2023"},
            {"--coefficients", "--candidates"}, pooled),
        selecting({"greedy_soup", "mean of the tickets that do not make it worse", "Wortsman et al., ICML 2022"}, {},
                  greedy),
        fixed({"uniform_soup", "mean of all, pruned once", "Wortsman et al., ICML 2022"}, {}, uniform),
        fixed({"task_vector", "mean of what each learnt since a common ancestor: the numbers of uniform_soup",
               "Ilharco et al., ICLR 2023"},
              {}, uniform),
        fixed({"swa", "equal running mean", "Izmailov et al., UAI 2018"}, {"--prune"},
              [](const Call& call) { return averaged(call, "swa"); }),
        fixed({"ema", "running mean with 0.9 of the ticket that comes", "Yin et al., AAAI 2023"},
              {"--gamma", "--prune"}, [](const Call& call) { return averaged(call, "ema"); }),
        fixed({"cia", "running mean, absent weights counting as 0", "Yin et al., UAI 2022"}, {"--prune"},
              [](const Call& call) { return averaged(call, "cia"); }),
        fixed({"cima", "running mean with 0.5 of the ticket that comes", "Yin et al., UAI 2022"},
              {"--gamma", "--prune"}, [](const Call& call) { return averaged(call, "cima"); }),
        fixed({"caa_true", "each weight's mean over the tickets that have it", "Yin et al., UAI 2022 (the text)"},
              {"--prune"}, [](const Call& call) { return averaged(call, "caa_true"); }),
        consensus({"union", "what any ticket keeps", ""}, {"--values"},
                  [](const Call& call) { return agreed(call, 1); }),
        consensus({"intersection", "what all tickets keep", ""}, {"--values"},
                  [](const Call& call) { return agreed(call, call.members.size()); }),
        consensus({"majority", "what at least half of the tickets keep", ""}, {"--values", "--share"},
                  [](const Call& call) {
                      const double share = call.options.share.value_or(0.5);
                      return agreed(call, topology::needed_of(share, call.members.size()));
                  }),
    };
}

}  // namespace

const std::vector<SuperposeMethod>& superpose_methods() {
    static const std::vector<SuperposeMethod> methods = all_methods();
    return methods;
}

const SuperposeMethod& superpose_method(std::string_view name) {
    constexpr std::array ensembles = {"edst", "dst_ensemble", "pf_ensemble"};
    if (std::ranges::find(ensembles, name) != ensembles.end()) {
        throw ConfigError("method '" + std::string(name) +
                          "' averages predictions, which gives no single network; see espalier tickets ensemble");
    }
    return find_named(superpose_methods(), name, "method");
}

}  // namespace espalier::tickets
