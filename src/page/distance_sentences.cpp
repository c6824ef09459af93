#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <espalier/page/distance_sentences.hpp>

namespace espalier::page {
namespace {

using Square = topology::DistanceMatrix::Square;

/// Distances of some pairs, gathered.
struct Spread {
    std::size_t pairs = 0;
    std::size_t zero = 0;
    double sum = 0.0;
    double least = INFINITY;
    double most = 0.0;

    void add(double value) {
        ++pairs;
        zero += value == 0.0;
        sum += value;
        least = std::min(least, value);
        most = std::max(most, value);
    }
    double mean() const { return pairs == 0 ? std::nan("") : sum / static_cast<double>(pairs); }
};

template <class Wanted>
Spread spread_of(const Square& distances, const std::vector<Member>& members, const Wanted& wanted) {
    Spread spread;
    for (std::size_t i = 0; i < members.size(); ++i) {
        for (std::size_t j = i + 1; j < members.size(); ++j) {
            if (wanted(members[i], members[j])) spread.add(distances[i][j]);
        }
    }
    return spread;
}

Spread between_seeds(const Square& distances, const std::vector<Member>& members) {
    return spread_of(distances, members,
                     [](const Member& a, const Member& b) { return a.group == b.group && a.seed != b.seed; });
}

std::string range_text(const Spread& spread) {
    const std::string low = fmt::format("{:.2f}", spread.least);
    const std::string high = fmt::format("{:.2f}", spread.most);
    return low == high ? low : low + " to " + high;
}

/// Runs of one seed in different groups beside those of different seeds: only what their ranges say.
std::string seeds_against_groups(const Spread& one_seed, const Spread& others) {
    if (one_seed.zero == one_seed.pairs) {
        return fmt::format("Runs of one seed have equal topologies in all groups; different seeds are {} apart.",
                           range_text(others));
    }
    const std::string numbers = fmt::format("{} against {}", range_text(one_seed), range_text(others));
    if (one_seed.most < others.least) {
        return "Runs of one seed are closer across groups than any two of different seeds: " + numbers + ".";
    }
    if (one_seed.least > others.most) {
        return "Runs of one seed are further apart across groups than any two of different seeds: " + numbers + ".";
    }
    return fmt::format("Runs of one seed are {:.2f} apart across groups on average, those of different seeds {:.2f}.",
                       one_seed.mean(), others.mean());
}

std::string fallback(const Spread& all, bool are_runs) {
    if (all.pairs == 0) return "One run alone has nothing to be far from.";
    if (all.zero == all.pairs) return "All topologies are equal.";
    if (range_text(all).find(' ') == std::string::npos) {
        return (all.pairs > 1 ? "All pairs are "
                : are_runs    ? "The two runs are "
                              : "The two topologies are ") +
               range_text(all) + " apart.";
    }
    return fmt::format("Pairs are {} apart, {:.2f} on average.", range_text(all), all.mean());
}

}  // namespace

std::vector<Member> members_of(const std::vector<std::size_t>& runs, const PageRuns& all) {
    std::vector<Member> members;
    for (const std::size_t run : runs) {
        members.push_back({all.runs[run].group, all.record(all.runs[run]).seed, all.runs[run].mask == nullptr});
    }
    return members;
}

double mean_between_seeds(const Square& distances, const std::vector<Member>& members) {
    return between_seeds(distances, members).mean();
}

std::string between_sentence(const Square& distances, const std::vector<Member>& members) {
    const Spread all = spread_of(distances, members, [](const Member&, const Member&) { return true; });
    const bool are_runs = std::ranges::all_of(members, &Member::is_run);
    const Spread one_seed = spread_of(
        distances, members, [](const Member& a, const Member& b) { return a.group != b.group && a.seed == b.seed; });
    const Spread others =
        spread_of(distances, members, [](const Member& a, const Member& b) { return a.seed != b.seed; });
    const bool tells_seeds = are_runs && one_seed.pairs > 0 && others.pairs > 0;
    if (!tells_seeds || all.zero == all.pairs) return fallback(all, are_runs);
    return seeds_against_groups(one_seed, others);
}

std::string within_sentence(const Square& distances, const std::string& label) {
    const std::size_t moments = distances.size();
    if (moments < 2) return "";
    const double moved = distances.front().back();
    if (moved == 0.0 && distances[0][moments / 2] == 0.0) return label + " never changes its topology.";
    std::string text = fmt::format("{} ends {:.2f} from its first mask", label, moved);
    if (moments < 4) return text + ".";
    const double early = distances[0][1];
    const double late = distances[moments - 2][moments - 1];
    return text + fmt::format("; between the first two moments it moves by {:.2f}, between the last two by {:.2f}.",
                              early, late);
}

}  // namespace espalier::page
