#include <set>

#include <espalier/base/files/work_folder.hpp>
#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/cli/commands/shared_work.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/topology/files/conv_mapping.hpp>

namespace espalier::cli {
namespace {

/// In the order of their first places.
std::vector<std::string> each_once(const std::vector<std::string>& lines) {
    std::set<std::string> known;
    std::vector<std::string> once;
    for (const std::string& line : lines) {
        if (known.insert(line).second) once.push_back(line);
    }
    return once;
}

}  // namespace

Option add_work(Parser& app, std::string& folder) {
    return app
        .add_option("--work", folder,
                    "Keep each part of the work in this folder: the same command goes on where it was stopped, and "
                    "topologies that are larger together than memory are read one after the other")
        .type_name("DIR");
}

void require_folder(const std::string& folder, const WorkShare& share, const std::string& command) {
    if (!folder.empty() || share.is_alone()) return;
    throw ConfigError(command + ": " + std::to_string(share.ranks) +
                      " processes need --work DIR, a folder that all of them see");
}

std::vector<std::string> plan_of_reading(const std::vector<topology::NamedTopology>& named,
                                         const TopologyOptions& options) {
    std::vector<std::string> plan = {"orientation " + options.orientation, "layers " + options.layers,
                                     "conv " + options.conv,
                                     "last input " + std::string(options.drop_last_input ? "dropped" : "kept")};
    std::string last;
    for (const topology::NamedTopology& one : named) {
        const std::string file = tensor_place(one.path).file.string();
        if (file != last) plan.push_back("file " + file + ", " + file_mark(file));
        last = file;
    }
    return plan;
}

topology::Topology load_topology(topology::TopologyReader& reader, std::size_t position,
                                 const TopologyOptions& options) {
    return topology::map_convolutions(reader.read(position), topology::parse_conv_mapping(options.conv));
}

void write_notes(const WorkShare& share, const std::vector<std::string>& own) {
    for (const std::string& note : each_once(share.gather(each_once(own)))) write_note(note);
}

void note_parts(std::size_t all, std::size_t missing) {
    if (missing == all) return;
    write_note(std::to_string(all - missing) + " of " + std::to_string(all) + " parts are there already");
}

}  // namespace espalier::cli
