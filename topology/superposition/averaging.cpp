#include <espalier/topology/superposition/averaging.hpp>
#include <espalier/topology/superposition/combine.hpp>
#include <espalier/topology/superposition/merged_layer.hpp>

namespace espalier::topology {
namespace {

/// The weight of the member that comes as number k, from 0, in the average of what has come.
double share_of(const AveragingRule& rule, std::size_t k) {
    if (k == 0) return 1;
    return rule.kind == AveragingRule::Kind::moving ? rule.gamma : 1 / static_cast<double>(k + 1);
}

/// An average that is pruned in between.
class PrunedAverage {
  public:
    PrunedAverage(const AveragingRule& rule, const WeightBudget& budget) : rule_(rule), budget_(budget) {}

    void add(const StoredNetwork& member) {
        if (rule_.kind == AveragingRule::Kind::present) {
            add_present(member);
        } else if (count_ == 0) {
            average_ = member;
        } else {
            const StoredNetwork* const both[] = {&average_, &member};
            const double share = share_of(rule_, count_);
            const double coefficients[] = {1 - share, share};
            average_ = combine(both, coefficients);
        }
        ++count_;
        average_ = pruned(average_, budget_);
        for (std::size_t l = 0; l < present_.size(); ++l) {
            present_[l].values = values_at(present_[l], average_.topology.layers[l].pattern);
            present_[l].pattern = average_.topology.layers[l].pattern;
        }
    }

    StoredNetwork result() && { return std::move(average_); }

  private:
    /// What was pruned away in between is forgotten: its count begins again.
    void add_present(const StoredNetwork& member) {
        if (count_ == 0) {
            average_ = member;
            for (Layer layer : member.topology.layers) {
                layer.values.assign(layer.values.size(), 1.0F);
                present_.push_back(std::move(layer));
            }
            return;
        }
        const StoredNetwork* const both[] = {&average_, &member};
        require_members(both);
        StoredNetwork next = average_;
        for (std::size_t l = 0; l < present_.size(); ++l) {
            const std::vector<const Layer*> layers = layers_of(both, l);
            const std::vector<float>& counts = present_[l].values;
            const auto count_of = [&](const Kept& at) { return at.member == 0 ? counts[at.edge] : 1.0F; };
            next.topology.layers[l] = merged_layer(layers, [&](std::span<const Kept> kept) {
                double sum = 0;
                double count = 0;
                for (const Kept& at : kept) {
                    sum += static_cast<double>(count_of(at)) * layers[at.member]->values[at.edge];
                    count += count_of(at);
                }
                return std::optional(static_cast<float>(sum / count));
            });
            present_[l] = merged_layer(layers, [&](std::span<const Kept> kept) {
                float count = 0;
                for (const Kept& at : kept) count += count_of(at);
                return std::optional(count);
            });
        }
        const double share = 1 / static_cast<double>(count_ + 1);
        next.parameters = merged_parameters(both, [&](std::span<const float> values) {
            return static_cast<float>((1 - share) * values[0] + share * values[1]);
        });
        average_ = std::move(next);
    }

    const AveragingRule& rule_;
    const WeightBudget& budget_;
    std::size_t count_ = 0;
    StoredNetwork average_;
    std::vector<Layer> present_;  // how many of the members since the last pruning have each weight, as values
};

}  // namespace

const std::vector<AveragingRule>& averaging_rules() {
    using Kind = AveragingRule::Kind;
    static const std::vector<AveragingRule> rules = {
        {{"cia", "running mean; absent weights count as 0", "Yin et al. 2022"}, Kind::running, 0},
        {{"cima", "moving average: gamma of each ticket that comes", "Yin et al. 2022"}, Kind::moving, 0.5},
        {{"caa_true", "each weight's mean over the tickets that have it", "Yin et al. 2022 (the text)"},
         Kind::present,
         0},
        {{"swa", "equal running mean, as cia", "Izmailov et al. 2018"}, Kind::running, 0},
        {{"ema", "fixed coefficient on the ticket that comes", "Yin et al. 2023 (the baseline)"}, Kind::moving, 0.9},
    };
    return rules;
}

const AveragingRule& averaging_rule(std::string_view name) {
    return find_named(averaging_rules(), name, "averaging rule");
}

std::vector<double> averaging_shares(const AveragingRule& rule, std::size_t members) {
    std::vector<double> all(members);
    for (std::size_t k = 0; k < members; ++k) {
        all[k] = share_of(rule, k);
        for (std::size_t before = 0; before < k; ++before) all[before] *= 1 - all[k];
    }
    // A product of roundings otherwise: equal to 1 / members only nearly.
    if (rule.kind == AveragingRule::Kind::running) all.assign(members, 1 / static_cast<double>(members));
    return all;
}

StoredNetwork superpose(Members members, const AveragingRule& rule, const WeightBudget& budget, PruneAt prune_at) {
    require_members(members);
    if (rule.kind == AveragingRule::Kind::moving && !(rule.gamma > 0 && rule.gamma <= 1)) {
        throw ConfigError("gamma " + std::to_string(rule.gamma) + " must lie above 0 and at most at 1");
    }
    const bool is_pruned = budget.total || !budget.each.empty();
    if (is_pruned && prune_at == PruneAt::each_member) {
        PrunedAverage average(rule, budget);
        for (const StoredNetwork* member : members) average.add(*member);
        return std::move(average).result();
    }
    return pruned(rule.kind == AveragingRule::Kind::present ? mean_of_present(members)
                                                            : combine(members, averaging_shares(rule, members.size())),
                  budget);
}

WeightBudget budget_of(Members members, std::size_t total) {
    return {.total = total, .each = {}, .untouched = full_in_all(members)};
}

}  // namespace espalier::topology
