#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include <espalier/page/axis.hpp>
#include <espalier/page/course.hpp>
#include <espalier/page/numbers.hpp>
#include <espalier/topology/files/topology_file.hpp>

namespace espalier::page {
namespace {

using topology::SnapshotFile;
using topology::Topology;

/// Shapes of the layers with weights: names are the tools' own.
std::string architecture_of(const PageRun& run) {
    std::string text;
    for (const training::LayerInfo& layer : run.summary.info.layers) {
        if (layer.shape.size() < 2) continue;
        for (const std::int64_t side : layer.shape) text.append(" ").append(std::to_string(side));
        text.append("\n");
    }
    return text;
}

/// What these runs are called in a sentence: by their groups, or one by one where some of a group are not among them.
std::string names_of(const PageRuns& all, const std::vector<std::size_t>& runs, bool by_group) {
    constexpr std::size_t most_named = 3;
    std::vector<std::string> names;
    for (const std::size_t run : runs) {
        const std::string& name = by_group ? all.groups[all.runs[run].group].label : all.runs[run].label;
        if (names.empty() || names.back() != name) names.push_back(name);
    }
    return names.size() <= most_named ? and_text(names) : count_text(names.size(), by_group ? "group" : "run");
}

/// Which architecture is drawn, and how the others are seen.
void note_others(Course& course, const PageRuns& all) {
    std::vector<std::size_t> others;
    std::set<std::size_t> drawn;
    for (const std::size_t run : course.runs) drawn.insert(all.runs[run].group);
    bool by_group = true;
    for (std::size_t k = 0; k < all.runs.size(); ++k) {
        if (all.runs[k].summary.snapshots.empty() || std::ranges::binary_search(course.runs, k)) continue;
        others.push_back(k);
        by_group = by_group && !drawn.contains(all.runs[k].group);
    }
    if (others.empty()) return;
    course.drawn = names_of(all, course.runs, by_group);
    course.left_out.push_back("pictures of topologies show " + course.drawn +
                              "; other layers: " + names_of(all, others, by_group) + ", seen on a page of their own");
}

/// The runs with snapshots of the architecture that most have; of equally many the first.
std::vector<std::size_t> runs_of_one_kind(const PageRuns& all) {
    std::map<std::string, std::vector<std::size_t>> kinds;
    for (std::size_t k = 0; k < all.runs.size(); ++k) {
        if (!all.runs[k].summary.snapshots.empty()) kinds[architecture_of(all.runs[k])].push_back(k);
    }
    std::vector<std::size_t> most;
    for (const auto& [kind, runs] : kinds) {
        const bool is_earlier = runs.size() == most.size() && runs.front() < most.front();
        if (runs.size() > most.size() || is_earlier) most = runs;
    }
    return most;
}

/// Labels of snapshots that all of these runs have.
std::vector<std::string> common_labels(const PageRuns& all, const std::vector<std::size_t>& runs) {
    std::vector<std::string> common = all.runs[runs.front()].summary.snapshots;
    for (const std::size_t run : runs) {
        const std::vector<std::string>& own = all.runs[run].summary.snapshots;
        const std::set<std::string> labels(own.begin(), own.end());
        std::erase_if(common, [&](const std::string& label) { return !labels.contains(label); });
    }
    return common;
}

std::int64_t step_of_label(const std::string& label) {
    std::int64_t step = 0;
    std::from_chars(label.data(), label.data() + label.size(), step);
    return step;
}

/// How many moments fit into memory, at least the last.
std::size_t moments_that_fit(const PageRuns& all, const std::vector<std::size_t>& runs) {
    double edges = 0.0;
    for (const std::size_t run : runs) {
        edges += kept_weights(all.runs[run], all.record(all.runs[run]).result("density"));
    }
    const double fitting = most_held_edges / std::max(edges, 1.0);
    return static_cast<std::size_t>(std::clamp(fitting, 1.0, static_cast<double>(most_moments)));
}

/// "epoch 4" as the first of the runs counts; steps where epochs of one of them do not tell the moments apart.
std::vector<std::string> names_of_moments(const std::vector<std::string>& labels, const PageRuns& all,
                                          const std::vector<std::size_t>& runs) {
    std::vector<Measured> moments(runs.size());
    for (std::size_t r = 0; r < runs.size(); ++r) {
        for (const std::string& label : labels) {
            const auto step = static_cast<double>(step_of_label(label));
            moments[r].add(step, epoch_of_step(all.record(all.runs[runs[r]]), step), 0.0);
        }
    }
    const bool by_epoch = have_epochs(moments);
    std::vector<std::string> names;
    for (std::size_t k = 0; k < labels.size(); ++k) {
        names.push_back(by_epoch ? fmt::format("epoch {:.4g}", moments.front().epochs[k])
                                 : fmt::format("step {:.0f}", moments.front().steps[k]));
    }
    return names;
}

/// Which snapshots are read: the same labels of all runs that have several, or where these have none but the start in
/// common, the first and the last of each.
std::vector<std::vector<std::string>> choose_labels(Course& course, const PageRuns& all, std::size_t& of_moments) {
    const auto snapshots = [&](std::size_t run) -> const std::vector<std::string>& {
        return all.runs[run].summary.snapshots;
    };
    std::vector<std::size_t> several;
    for (const std::size_t run : course.runs) {
        course.single.push_back(snapshots(run).size() == 1 ? 1 : 0);
        if (snapshots(run).size() > 1) several.push_back(run);
    }
    std::vector<std::string> chosen;
    const std::vector<std::string> common = several.empty() ? chosen : common_labels(all, several);
    of_moments = common.size();
    if (common.size() > 1) {
        for (const std::size_t k : even_choice(common.size(), moments_that_fit(all, course.runs))) {
            chosen.push_back(common[k]);
        }
        course.names = names_of_moments(chosen, all, several);
    } else {
        course.names = several.empty() ? std::vector<std::string>{"end"} : std::vector<std::string>{"start", "end"};
        of_moments = course.names.size();
    }
    std::vector<std::vector<std::string>> labels;
    for (const std::size_t run : course.runs) {
        const std::vector<std::string>& own = snapshots(run);
        const std::vector<std::string> ends = {own.front(), own.back()};
        labels.push_back(own.size() == 1 ? own : chosen.empty() ? ends : chosen);
    }
    return labels;
}

std::vector<std::vector<std::size_t>> shapes_of(const Topology& topology) {
    std::vector<std::vector<std::size_t>> shapes;
    for (const topology::Layer& layer : topology.layers) shapes.push_back(layer.shape);
    return shapes;
}

/// Puts a run's topologies at their moments; false where they have other layers than those before, whatever the run
/// file says of its network.
bool put_at_moments(Course& course, std::vector<Topology> read) {
    const auto& known = course.last().empty() ? read.front() : course.last().front();
    const auto shapes = shapes_of(known);
    if (!std::ranges::all_of(read, [&](const Topology& one) { return shapes_of(one) == shapes; })) return false;
    for (std::size_t moment = 0; moment < course.at.size(); ++moment) {
        const bool is_last = moment + 1 == course.at.size();
        if (read.size() == 1 && !is_last) {
            course.at[moment].push_back(read.front());
            for (topology::Layer& layer : course.at[moment].back().layers) layer.values = {};
        } else {
            course.at[moment].push_back(std::move(read[read.size() == 1 ? 0 : moment]));
        }
    }
    return true;
}

void note_left_out(Course& course, const PageRuns& all, std::size_t of_moments) {
    const auto missing = static_cast<std::size_t>(
        std::ranges::count_if(all.runs, [](const PageRun& run) { return run.summary.snapshots.empty(); }));
    if (missing > 0) {
        course.left_out.push_back(count_text(missing, "run") + " in pictures of topologies: without snapshots");
    }
    if (of_moments > course.names.size()) {
        course.left_out.push_back("maps over training show " + std::to_string(course.names.size()) + " of " +
                                  count_text(of_moments, "common snapshot"));
    }
}

}  // namespace

double kept_weights(const PageRun& run, double density) {
    double positions = 0.0;
    for (const training::LayerInfo& layer : run.summary.info.layers) {
        if (layer.shape.size() < 2) continue;
        double sides = 1.0;
        for (const std::int64_t side : layer.shape) sides *= static_cast<double>(side);
        positions += sides;
    }
    return positions * (std::isnan(density) ? 1.0 : std::clamp(density, 0.0, 1.0));
}

std::vector<Topology> read_snapshots(const PageRuns& all, const PageRun& run, const std::vector<std::string>& labels) {
    if (run.mask) return {*run.mask};
    const std::filesystem::path& file = all.record(run).file;
    return topology::read_rehearsed(file, [&](const SnapshotFile& snapshots) {
        std::vector<Topology> read;
        for (const std::string& label : labels) {
            Topology& topology = read.emplace_back(snapshots.read(label));
            topology.label = run.label;
            topology.source = file.string();
            topology.snapshot = label;
            if (label == labels.back()) continue;
            for (topology::Layer& layer : topology.layers) layer.values = {};
        }
        return read;
    });
}

std::string plain_layer_name(const std::string& name) {
    const std::size_t place = name.find_first_not_of("0123456789");
    const bool is_numbered = place == 3 && name[place] == '_' && name.size() > place + 1;
    return is_numbered ? name.substr(place + 1) : name;
}

std::vector<std::size_t> even_choice(std::size_t count, std::size_t most) {
    std::vector<std::size_t> chosen;
    if (count == 0 || most == 0) return chosen;
    if (most == 1) return {count - 1};
    const std::size_t kept = std::min(count, most);
    for (std::size_t k = 0; k < kept; ++k) chosen.push_back(kept == 1 ? 0 : k * (count - 1) / (kept - 1));
    return chosen;
}

Course read_course(const PageRuns& all, const Tell& tell) {
    Course course{.runs = runs_of_one_kind(all)};
    if (course.runs.empty()) {
        course.left_out.emplace_back("all pictures of topologies: no run has snapshots");
        return course;
    }
    note_others(course, all);
    std::size_t of_moments = 0;
    const std::vector<std::vector<std::string>> labels = choose_labels(course, all, of_moments);
    course.at.resize(course.names.size());
    std::vector<std::size_t> kept;
    std::vector<char> single;
    for (std::size_t r = 0; r < course.runs.size(); ++r) {
        const PageRun& run = all.runs[course.runs[r]];
        tell(share_of(r, course.runs.size()), "snapshots of " + run.label);
        if (!put_at_moments(course, read_snapshots(all, run, labels[r]))) {
            course.left_out.push_back(run.label +
                                      " in pictures of topologies: a snapshot has other layers than its network");
            continue;
        }
        kept.push_back(course.runs[r]);
        single.push_back(course.single[r]);
    }
    course.runs = std::move(kept);
    course.single = std::move(single);
    note_left_out(course, all, of_moments);
    return course;
}

std::vector<std::size_t> detailed_runs(const Course& course, const PageRuns& all, std::vector<std::string>& left_out) {
    const std::size_t layers = course.is_empty() ? 1 : std::max<std::size_t>(course.last().front().layers.size(), 1);
    const std::size_t most = std::clamp<std::size_t>(most_detailed_layers / layers, 1, most_detailed);
    std::vector<std::size_t> chosen;
    std::set<std::size_t> groups;
    for (std::size_t k = 0; k < course.runs.size(); ++k) {
        const bool is_first = groups.insert(all.runs[course.runs[k]].group).second;
        const bool is_wanted = course.runs.size() <= most || is_first;
        if (is_wanted && chosen.size() < most) chosen.push_back(k);
    }
    if (chosen.size() < course.runs.size()) {
        left_out.push_back("degrees, singular values, connections and kernels are shown of " +
                           std::to_string(chosen.size()) + " of " + count_text(course.runs.size(), "run") +
                           ", the first of each group");
    }
    return chosen;
}

}  // namespace espalier::page
