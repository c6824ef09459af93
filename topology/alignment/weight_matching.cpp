#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/alignment/unit_assignment.hpp>
#include <espalier/topology/alignment/unit_similarity.hpp>
#include <espalier/topology/alignment/weight_matching.hpp>

namespace espalier::topology {
namespace {

/// Gains up to this share of the bound are taken for rounding.
constexpr double lost_in_rounding = 1e-12;

/// A start is given so many sweeps before it is compared with the others.
constexpr std::size_t trial_sweeps = 2;

double sum(const std::vector<double>& terms) {
    return std::accumulate(terms.begin(), terms.end(), 0.0);
}

class Descent {
  public:
    Descent(const PairedNetworks& pair, Permutations start)
        : pair_(&pair),
          bound_(agreement_bound(pair)),
          tolerance_(lost_in_rounding * bound_),
          permutations_(std::move(start)),
          terms_(agreement_terms(pair, permutations_)),
          prices_(pair.groups.size()),
          is_optimal_(pair.groups.size(), false),
          history_{sum(terms_)} {}

    void run(std::size_t max_sweeps) {
        const std::size_t count = pair_->groups.size();
        while (!is_converged() && sweeps_ < max_sweeps) {
            const bool up = sweeps_ % 2 == 0;
            for (std::size_t k = 0; k < count; ++k) improve(up ? k : count - 1 - k);
            ++sweeps_;
        }
    }

    double objective() const { return history_.back(); }
    double tolerance() const { return tolerance_; }
    /// Nothing can agree more.
    bool is_exhausted() const { return objective() >= bound_ - tolerance_; }

    Alignment result() && {
        Alignment alignment;
        for (std::size_t g = 0; g < pair_->groups.size(); ++g) {
            const UnitGroup& group = pair_->groups[g];
            alignment.groups.push_back({group.name, group.size, moved_units(permutations_[g]), is_optimal_[g]});
        }
        alignment.permutations = std::move(permutations_);
        alignment.objective = objective();
        alignment.bound = bound_;
        alignment.history = std::move(history_);
        alignment.sweeps = sweeps_;
        alignment.is_converged = is_converged();
        return alignment;
    }

  private:
    bool is_converged() const { return std::ranges::find(is_optimal_, false) == is_optimal_.end(); }

    /// Gives one group its best permutation.
    void improve(std::size_t group) {
        if (is_optimal_[group]) return;
        is_optimal_[group] = true;
        const CostMatrix costs = unit_costs(*pair_, group, permutations_);
        Permutation& current = permutations_[group];
        Assignment best = assign_units(costs, prices_[group], current);
        prices_[group] = std::move(best.column_dual);
        double gain = -best.cost;
        for (std::size_t i = 0; i < current.size(); ++i) gain += costs(i, current[i]);
        if (!(gain > tolerance_)) return;
        std::swap(current, best.column);
        std::vector<double> terms = terms_;
        renew_agreement_terms(*pair_, permutations_, group, terms);
        if (sum(terms) < objective()) {  // all of the gain is lost in rounding
            std::swap(current, best.column);
            return;
        }
        terms_ = std::move(terms);
        history_.push_back(sum(terms_));
        reopen_neighbours(group);
    }

    void reopen_neighbours(std::size_t group) {
        for (const PairedMatrix& matrix : pair_->matrices) {
            if (matrix.row_group == group && matrix.column_group) is_optimal_[*matrix.column_group] = false;
            if (matrix.column_group == group && matrix.row_group) is_optimal_[*matrix.row_group] = false;
        }
    }

    const PairedNetworks* pair_;
    double bound_;
    double tolerance_;
    Permutations permutations_;
    std::vector<double> terms_;
    std::vector<std::vector<double>> prices_;  // of each group's last assignment; empty before the first
    std::vector<bool> is_optimal_;             // with its neighbours as they are
    std::vector<double> history_;
    std::size_t sweeps_ = 0;
};

}  // namespace

Alignment align(const StoredNetwork& reference, const StoredNetwork& moved, const AlignmentOptions& options) {
    const PairedNetworks pair = pair_networks(reference, moved, options.objective, options.with_arrays);
    std::optional<Descent> best;
    for (const AlignmentStart start : options.starts) {
        Descent descent(pair, start_permutations(pair, start));
        descent.run(std::min(trial_sweeps, options.max_sweeps));
        if (!best || descent.objective() > best->objective() + best->tolerance()) best = std::move(descent);
        if (best->is_exhausted()) break;
    }
    if (!best) throw ConfigError("alignment: no start is given");
    best->run(options.max_sweeps);
    return std::move(*best).result();
}

StoredNetwork aligned(const StoredNetwork& reference, const StoredNetwork& moved, const AlignmentOptions& options) {
    return permuted(moved, align(reference, moved, options).permutations);
}

}  // namespace espalier::topology
