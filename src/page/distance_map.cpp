#include <algorithm>
#include <cmath>
#include <numeric>

#include <nlohmann/json.hpp>

#include <espalier/page/distance_map.hpp>
#include <espalier/page/distance_sentences.hpp>
#include <espalier/page/matching_work.hpp>
#include <espalier/topology/distance/distance_matrix.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::page {
namespace {

using Square = DistanceMap::Square;
using topology::Topology;

/// Runs may differ in how dense they are.
double mean_matching_work(const std::vector<Topology>& runs) {
    double work = 0.0;
    for (const Topology& run : runs) work += matching_work(run);
    return work / static_cast<double>(runs.size());
}

double pairs_of(std::size_t count) {
    return static_cast<double>(count) * static_cast<double>(count - 1) / 2.0;
}

std::vector<Topology> mapped(const std::vector<Topology>& all, const std::vector<std::size_t>& chosen) {
    std::vector<Topology> some;
    for (const std::size_t k : chosen) some.push_back(all[k]);
    return some;
}

/// The moments of one run against each other.
void put_within(DistanceMap& map, const Course& course, const topology::Distance& distance, const Tell& tell) {
    for (std::size_t r = 0; r < map.runs.size(); ++r) {
        if (!course.has_start(map.runs[r])) continue;
        tell(share_of(r, map.runs.size()), "distances over time, " + course.last()[map.runs[r]].label);
        std::vector<Topology> moments;
        for (const std::size_t moment : map.moments) moments.push_back(course.at[moment][map.runs[r]]);
        map.within.push_back(topology::distance_matrix(distance, moments).mean);
        map.within_runs.push_back(course.runs[map.runs[r]]);
    }
}

Json triangle(const Square& square) {
    constexpr int digits = 3;
    Json numbers = Json::array();
    for (std::size_t i = 0; i < square.size(); ++i) {
        for (std::size_t j = i + 1; j < square.size(); ++j) numbers.push_back(rounded_number(square[i][j], digits));
    }
    return numbers;
}

/// Mean over the pairs of two clusters.
double linkage(const Square& distances, const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
    double sum = 0.0;
    for (const std::size_t i : a) {
        for (const std::size_t j : b) sum += distances[i][j];
    }
    return sum / (static_cast<double>(a.size()) * static_cast<double>(b.size()));
}

}  // namespace

std::vector<std::size_t> cluster_order(const Square& distances) {
    std::vector<std::vector<std::size_t>> clusters;
    for (std::size_t k = 0; k < distances.size(); ++k) clusters.push_back({k});
    while (clusters.size() > 1) {
        std::pair<std::size_t, std::size_t> closest{0, 1};
        double least = INFINITY;
        for (std::size_t i = 0; i < clusters.size(); ++i) {
            for (std::size_t j = i + 1; j < clusters.size(); ++j) {
                const double apart = linkage(distances, clusters[i], clusters[j]);
                if (apart < least) {
                    least = apart;
                    closest = {i, j};
                }
            }
        }
        std::vector<std::size_t>& first = clusters[closest.first];
        const std::vector<std::size_t>& second = clusters[closest.second];
        first.insert(first.end(), second.begin(), second.end());
        clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(closest.second));
    }
    return clusters.empty() ? std::vector<std::size_t>() : clusters.front();
}

MapPlan plan_map(double one, std::size_t of_runs, std::size_t of_moments) {
    std::size_t runs = of_runs;
    std::size_t moments = of_moments;
    const auto work = [&] { return one * static_cast<double>(moments) * pairs_of(runs); };
    while (moments > 2 && work() > most_matching_work) --moments;
    while (runs > 2 && work() > most_matching_work) --runs;
    if (moments > 1 && runs > 1 && work() > most_matching_work) moments = 1;
    MapPlan plan;
    if (one > most_matching_work) {
        plan.left_out.emplace_back("the map of distances: a single one would take minutes");
        return plan;
    }
    plan.runs = even_choice(of_runs, runs);
    plan.moments = even_choice(of_moments, moments);
    if (runs < of_runs) {
        plan.left_out.push_back("the map of distances has " + std::to_string(runs) + " of " +
                                count_text(of_runs, "run") + ": more would take minutes");
    }
    if (moments < of_moments) {
        plan.left_out.push_back("the map of distances has " + std::to_string(moments) + " of " +
                                count_text(of_moments, "moment") + ": more would take minutes");
    }
    plan.has_within = moments > 1 && one * pairs_of(moments) * static_cast<double>(runs) <= most_matching_work;
    if (of_moments > 1 && !plan.has_within)
        plan.left_out.emplace_back("distances within runs over time: they would take minutes");
    return plan;
}

DistanceMap distance_map(const Course& course, const Tell& tell) {
    const topology::Distance& distance = distance_for(course.last().front());
    DistanceMap map{.metric = distance.name};
    MapPlan plan = plan_map(mean_matching_work(course.last()), course.runs.size(), course.names.size());
    map.runs = std::move(plan.runs);
    map.moments = std::move(plan.moments);
    map.left_out = std::move(plan.left_out);
    if (map.is_empty()) return map;
    for (std::size_t k = 0; k < map.moments.size(); ++k) {
        tell(0.5 * share_of(k, map.moments.size()), "distances between runs");
        const std::vector<Topology> some = mapped(course.at[map.moments[k]], map.runs);
        map.between.push_back(topology::distance_matrix(distance, some).mean);
    }
    if (plan.has_within) put_within(map, course, distance, part_of(tell, 0.5, 1.0));
    if (map.runs.size() < 2 && map.within.empty()) {
        map.moments.clear();
        return map;
    }
    map.clusters = cluster_order(map.between.back());
    for (std::size_t& run : map.runs) run = course.runs[run];
    return map;
}

Json distance_map_json(const DistanceMap& map, const Course& course, const PageRuns& all) {
    Json json = {{"metric", map.metric},          {"runs", map.runs},
                 {"clusters", map.clusters},      {"moments", Json::array()},
                 {"between", Json::array()},      {"between_seen", Json::array()},
                 {"within", Json::array()},       {"within_seen", Json::array()},
                 {"within_runs", map.within_runs}};
    for (std::size_t k = 0; k < map.moments.size(); ++k) {
        json["moments"].push_back(course.names[map.moments[k]]);
        json["between"].push_back(triangle(map.between[k]));
        json["between_seen"].push_back(between_sentence(map.between[k], members_of(map.runs, all)));
    }
    for (std::size_t r = 0; r < map.within.size(); ++r) {
        json["within"].push_back(triangle(map.within[r]));
        json["within_seen"].push_back(within_sentence(map.within[r], all.runs[map.within_runs[r]].label));
    }
    return json;
}

SeedDistance seed_distance(const DistanceMap& map, const PageRuns& all) {
    const std::vector<Member> members = members_of(map.runs, all);
    return {mean_between_seeds(map.between.front(), members), mean_between_seeds(map.between.back(), members)};
}

}  // namespace espalier::page
