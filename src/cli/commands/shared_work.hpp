#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <espalier/cli/commands/topology_argument.hpp>
#include <espalier/topology/files/sources.hpp>

namespace espalier::cli {

/// Which of the processes that do a command's work together this one is: alone, where nobody says otherwise.
struct WorkShare {
    std::size_t rank = 0;
    std::size_t ranks = 1;
    std::function<void()> meet = [] {};  ///< returns once all are here
    /// The lines of all processes, one process's behind the other's, for the first; nothing for others.
    std::function<std::vector<std::string>(const std::vector<std::string>&)> gather = [](const auto& own) {
        return own;
    };

    bool is_first() const { return rank == 0; }
    bool is_alone() const { return ranks == 1; }
};

/// --work DIR: parts of the work are kept there, so that it goes on after a stop.
Option add_work(Parser& app, std::string& folder);

/// @throws ConfigError where several processes work without a folder that all see
void require_folder(const std::string& folder, const WorkShare& share, const std::string& command);

/// What a plan says of the topologies that arguments name: how they are read, and each file with its mark.
std::vector<std::string> plan_of_reading(const std::vector<topology::NamedTopology>& named,
                                         const TopologyOptions& options);

/// One of load_topologies().
topology::Topology load_topology(topology::TopologyReader& reader, std::size_t position,
                                 const TopologyOptions& options);

/// Says how many parts were there already, where any was.
void note_parts(std::size_t all, std::size_t missing);

/// Notes that processes have taken while they read: the first writes those of all, each line once. Called by all, once
/// all is well: where reading fails, its error is the one line on stderr.
void write_notes(const WorkShare& share, const std::vector<std::string>& own);

/// The parts that are this process's and not there yet: every `ranks`-th. The first of the processes begins the folder
/// and says what is there.
template <class Parts>
std::vector<std::size_t> parts_to_do(const Parts& parts, const WorkShare& share) {
    if (share.is_first()) parts.begin();
    share.meet();
    std::vector<std::size_t> missing;
    for (std::size_t part = 0; part < parts.size(); ++part) {
        if (!parts.has(part)) missing.push_back(part);
    }
    // Nobody writes before all have looked: of what is missing each takes its share.
    share.meet();
    if (share.is_first()) note_parts(parts.size(), missing.size());
    std::vector<std::size_t> own;
    for (std::size_t k = share.rank; k < missing.size(); k += share.ranks) own.push_back(missing[k]);
    return own;
}

}  // namespace espalier::cli
