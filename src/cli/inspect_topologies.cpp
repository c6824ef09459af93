#include <nlohmann/json.hpp>

#include <espalier/cli/inspect.hpp>
#include <espalier/cli/json.hpp>
#include <espalier/cli/superposed_report.hpp>
#include <espalier/cli/topology_argument.hpp>
#include <espalier/cli/topology_listing.hpp>
#include <espalier/tickets/superposed.hpp>

namespace espalier::cli {
namespace {

using topology::Topology;

/// The argument that means all of a file of ours.
std::string all_of(const std::string& argument) {
    const std::filesystem::path path = argument;
    const bool is_ours = std::filesystem::is_regular_file(path) && !topology::is_mask_file(path);
    return is_ours ? argument + "@all" : argument;
}

/// How the file's one topology came about, where `espalier tickets superpose` has written it.
std::optional<tickets::Superposed> superposed(const std::vector<Topology>& topologies) {
    const bool is_ours = topologies.size() == 1 && !topologies.front().source.empty();
    return is_ours ? tickets::read_superposed(topologies.front().source) : std::nullopt;
}

}  // namespace

std::string inspect_topologies(const std::string& argument, const TopologyOptions& reading, bool json) {
    const std::vector<Topology> topologies = load_topologies({all_of(argument)}, reading);
    const std::optional<tickets::Superposed> origin = superposed(topologies);
    if (json) {
        Json list = Json::array();
        for (const Topology& topology : topologies) list.push_back(listed_json(topology));
        if (origin) list.front()["superposed"] = superposed_json(*origin);
        return document(list);
    }
    std::string text;
    for (const Topology& topology : topologies) text.append(text.empty() ? "" : "\n").append(listed(topology));
    return origin ? text + superposed_text(*origin) : text;
}

}  // namespace espalier::cli
