#include <nlohmann/json.hpp>

#include <espalier/cli/commands/inspect.hpp>
#include <espalier/cli/commands/topology_argument.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/superposed_report.hpp>
#include <espalier/report/topology_listing.hpp>
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
        report::Json list = report::Json::array();
        for (const Topology& topology : topologies) list.push_back(report::listed_json(topology));
        if (origin) list.front()["superposed"] = report::superposed_json(*origin);
        return report::document(list);
    }
    std::string text;
    for (const Topology& topology : topologies) text.append(text.empty() ? "" : "\n").append(report::listed(topology));
    return origin ? text + report::superposed_text(*origin) : text;
}

}  // namespace espalier::cli
