#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include <espalier/base/text/error.hpp>
#include <espalier/page/page_runs.hpp>
#include <espalier/sweep/run_groups.hpp>
#include <espalier/sweep/sheet.hpp>
#include <espalier/topology/files/sources.hpp>

namespace espalier::page {
namespace {

namespace fs = std::filesystem;
using sweep::RunGroup;
using sweep::RunRecord;

void require_some(const PageRuns& all) {
    if (!all.runs.empty()) return;
    const std::size_t count = all.records.size();
    throw FormatError(all.records.front().reason +
                      (count > 1 ? " (and " + std::to_string(count - 1) + " more cannot be read either)" : "") +
                      "; a report needs at least one run or topology");
}

/// "sparsity.density" in labels is "density".
std::string short_name(const config::Key& key) {
    return key.name.substr(key.name.rfind('.') + 1);
}

/// Numbers as labels show them: four digits.
std::string text_of(const sweep::Field& field) {
    if (const auto* text = std::get_if<std::string>(&field)) return *text;
    if (const auto* integer = std::get_if<std::int64_t>(&field)) return std::to_string(*integer);
    const auto* real = std::get_if<double>(&field);
    return real == nullptr ? "" : fmt::format("{:.4g}", *real);
}

std::size_t distinct(const std::vector<std::string>& labels) {
    return std::set<std::string>(labels.begin(), labels.end()).size();
}

/// The labels with a key's value behind those that share one so far and differ in it.
std::vector<std::string> with_key(const std::vector<std::string>& labels, const std::vector<RunGroup>& groups,
                                  const config::Key& key, std::size_t place) {
    std::map<std::string, std::set<std::string>> values;
    for (std::size_t g = 0; g < groups.size(); ++g) values[labels[g]].insert(text_of(groups[g].front[place]));
    std::vector<std::string> longer = labels;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (values[labels[g]].size() < 2) continue;
        longer[g] += ", " + short_name(key) + " " + text_of(groups[g].front[place]);
    }
    return longer;
}

/// What all groups are called where they are several, so that keys alone tell them apart.
std::string shared_name(const std::vector<RunGroup>& groups) {
    const bool is_shared = groups.size() > 1 && std::ranges::all_of(groups, [&](const RunGroup& group) {
                               return group.front.front() == groups.front().front.front();
                           });
    return is_shared ? text_of(groups.front().front.front()) : "";
}

/// Labels without the name before the first key; as they are where one has nothing else.
std::vector<std::string> without_name(const std::vector<std::string>& labels, const std::string& name) {
    const std::string before = name + ", ";
    std::vector<std::string> shorter;
    for (const std::string& label : labels) {
        if (!label.starts_with(before)) return labels;
        shorter.push_back(label.substr(before.size()));
    }
    return shorter;
}

/// Names, and as few keys as tell them apart: each time the one that tells most, of equal ones the first of the schema.
std::vector<std::string> labels_of(const std::vector<RunGroup>& groups, const std::vector<const config::Key*>& keys) {
    std::vector<std::string> labels;
    for (const RunGroup& group : groups) labels.push_back(text_of(group.front.front()));
    while (distinct(labels) < labels.size()) {
        std::vector<std::string> best = labels;
        for (std::size_t k = 0; k < keys.size(); ++k) {
            std::vector<std::string> longer = with_key(labels, groups, *keys[k], k + 1);
            if (distinct(longer) > distinct(best)) best = std::move(longer);
        }
        if (distinct(best) == distinct(labels)) break;
        labels = std::move(best);
    }
    return labels;
}

/// "rigl s0"; where two would have one label, with their folders.
void put_labels(PageRuns& all) {
    std::map<std::string, std::size_t> seen;
    for (PageRun& run : all.runs) {
        run.label = all.groups[run.group].label;
        if (!run.mask) run.label += " s" + std::to_string(all.record(run).seed);
        ++seen[run.label];
    }
    for (PageRun& run : all.runs) {
        if (seen[run.label] > 1) run.label += " (" + all.record(run).file.parent_path().string() + ")";
    }
}

/// Puts the runs in the order of their groups, seeds ascending.
void put_groups(PageRuns& all, std::vector<std::optional<training::RunSummary>>& summaries) {
    all.keys = sweep::keys_of_groups(sweep::columns_of_keys(all.records, {}), {});
    const std::vector<RunGroup> groups = sweep::groups_of_runs(all.records, all.keys);
    std::vector<std::string> labels = labels_of(groups, all.keys);
    const std::string name = shared_name(groups);
    if (const auto shorter = without_name(labels, name); !name.empty() && shorter != labels) {
        labels = shorter;
        all.name = name;
    }
    for (std::size_t g = 0; g < groups.size(); ++g) {
        PageGroup& made = all.groups.emplace_back(PageGroup{.label = labels[g], .runs = {}, .counted = {}});
        std::vector<const RunRecord*> members = groups[g].finished;
        members.insert(members.end(), groups[g].others.begin(), groups[g].others.end());
        std::ranges::stable_sort(members, {}, &RunRecord::seed);
        for (const RunRecord* member : members) {
            const auto record = static_cast<std::size_t>(member - all.records.data());
            const bool is_counted = groups[g].finished.empty() || member->status == "finished";
            if (is_counted) made.counted.push_back(all.runs.size());
            made.runs.push_back(all.runs.size());
            all.runs.push_back({record, g, "", std::move(*summaries[record])});
        }
    }
}

/// What a topology is called, another thing than all groups before.
std::string free_name(const PageRuns& all, const std::string& label) {
    const auto is_taken = [&](const std::string& name) {
        return std::ranges::find(all.groups, name, &PageGroup::label) != all.groups.end();
    };
    std::string name = topology_name(label);
    if (is_taken(name)) name = label;
    for (int number = 2; is_taken(name); ++number) name = label + " (" + std::to_string(number) + ")";
    return name;
}

void add_topology(PageRuns& all, topology::Topology topology) {
    RunRecord record{.file = topology.label, .status = "topology", .has_config = false};
    record.name = free_name(all, topology.label);
    record.results.emplace_back("density", topology::density(topology));
    PageRun run{.record = all.records.size(), .group = all.groups.size(), .label = "", .summary = {}};
    run.summary.snapshots = {"mask"};
    for (const topology::Layer& layer : topology.layers) {
        training::LayerInfo info{.name = layer.name};
        info.shape.assign(layer.shape.begin(), layer.shape.end());
        run.summary.info.layers.push_back(std::move(info));
    }
    topology.label = record.name;
    run.mask = std::make_shared<const topology::Topology>(std::move(topology));
    all.groups.push_back({.label = record.name, .runs = {all.runs.size()}, .counted = {all.runs.size()}});
    all.records.push_back(std::move(record));
    all.runs.push_back(std::move(run));
}

void add_from_source(PageRuns& all, const std::string& name, const topology::MaskFileOptions& options) {
    try {
        for (topology::Topology& one : topology::read_topologies(name, options)) add_topology(all, std::move(one));
    } catch (const Error& error) {
        all.records.push_back(sweep::unreadable_record(name, error.what()));
    }
}

}  // namespace

std::size_t PageRuns::topologies() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(runs, [](const PageRun& run) { return run.mask != nullptr; }));
}

PageRuns read_page_runs(const std::vector<Source>& sources, const topology::MaskFileOptions& options,
                        const Tell& tell) {
    PageRuns all;
    std::vector<std::optional<training::RunSummary>> summaries;
    std::size_t done = 0;
    for (const Source& source : sources) {
        if (source.is_topology) continue;
        tell(share_of(done++, sources.size()), "reading " + source.name);
        std::optional<training::RunSummary>& summary = summaries.emplace_back();
        try {
            summary = training::read_run_summary(source.name);
            all.records.push_back(sweep::run_record(*summary, source.name));
        } catch (const Error& error) {
            all.records.push_back(sweep::unreadable_record(source.name, error.what()));
        }
    }
    put_groups(all, summaries);
    for (const Source& source : sources) {
        if (!source.is_topology) continue;
        tell(share_of(done++, sources.size()), "reading " + source.name);
        add_from_source(all, source.name, options);
    }
    require_some(all);
    put_labels(all);
    return all;
}

}  // namespace espalier::page
