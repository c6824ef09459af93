#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include <espalier/base/files/rehearse.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/tickets/superposed.hpp>

namespace espalier::tickets {
namespace {

constexpr const char* option_prefix = "option_";

/// The numbers of one kind, of all rows.
template <class T, class Row, class Get>
std::vector<T> column(const std::vector<Row>& rows, const Get& get) {
    std::vector<T> values;
    values.reserve(rows.size());
    for (const Row& row : rows) values.push_back(static_cast<T>(get(row)));
    return values;
}

void write_members(hdf5::Group&& group, const std::vector<SuperposedMember>& members) {
    std::string labels;
    for (const SuperposedMember& member : members) {
        std::string label = member.label;
        std::ranges::replace(label, '\n', ' ');  // of a file's name: it would end the line
        labels.append(labels.empty() ? "" : "\n").append(label);
    }
    group.set_attribute("labels", labels);
    using Member = SuperposedMember;
    group.write("coefficient", column<double>(members, [](const Member& m) { return m.coefficient; }));
    group.write("accepted", column<std::uint8_t>(members, [](const Member& m) { return m.accepted; }));
    group.write("density", column<double>(members, [](const Member& m) { return m.density; }));
    group.write("validation_accuracy", column<double>(members, [](const Member& m) { return m.validation_accuracy; }));
    group.write("test_accuracy", column<double>(members, [](const Member& m) { return m.test_accuracy; }));
    group.write("moved_units", column<std::int64_t>(members, [](const Member& m) { return m.moved_units; }));
}

void write_trials(hdf5::Group&& group, const std::vector<Trial>& trials) {
    group.write("member", column<std::int64_t>(trials, [](const Trial& t) { return t.member; }));
    group.write("coefficient", column<double>(trials, [](const Trial& t) { return t.coefficient; }));
    group.write("validation_accuracy", column<double>(trials, [](const Trial& t) { return t.accuracy; }));
    group.write("accepted", column<std::uint8_t>(trials, [](const Trial& t) { return t.accepted; }));
}

topology::Facts attributes(const Superposed& facts, const std::string& config) {
    topology::Facts all = {{"method", facts.method},
                           {"target", facts.target},
                           {"config", config},
                           {"density", facts.density},
                           {"validation_accuracy", facts.validation_accuracy},
                           {"test_accuracy", facts.test_accuracy},
                           {"test_loss", facts.test_loss},
                           {"mean_member_test_accuracy", facts.mean_member_test_accuracy()},
                           {"highest_member_test_accuracy", facts.highest_member_test_accuracy()}};
    if (const auto best = facts.best_member()) {
        all.emplace_back("best_member", static_cast<std::int64_t>(*best));
        all.emplace_back("best_member_test_accuracy", facts.members[*best].test_accuracy);
    }
    for (const auto& [name, value] : facts.options) all.emplace_back(option_prefix + name, value);
    return all;
}

template <class T>
std::vector<T> read_column(const hdf5::Group& group, const std::string& name, std::size_t rows) {
    const hdf5::Dataset dataset = group.dataset(name);
    dataset.require_size(rows);
    return dataset.read<T>();
}

std::vector<SuperposedMember> read_members(const hdf5::Group& group) {
    std::vector<SuperposedMember> members;
    std::istringstream labels(group.attribute_as<std::string>("labels"));
    for (std::string label; std::getline(labels, label);) members.push_back({.label = label});
    const auto coefficient = read_column<double>(group, "coefficient", members.size());
    const auto accepted = read_column<std::uint8_t>(group, "accepted", members.size());
    const auto density = read_column<double>(group, "density", members.size());
    const auto validation = read_column<double>(group, "validation_accuracy", members.size());
    const auto test = read_column<double>(group, "test_accuracy", members.size());
    const auto moved = read_column<std::int64_t>(group, "moved_units", members.size());
    for (std::size_t m = 0; m < members.size(); ++m) {
        members[m] = {members[m].label, coefficient[m], accepted[m] != 0, density[m], validation[m], test[m], moved[m]};
    }
    return members;
}

std::vector<Trial> read_trials(const hdf5::Group& group) {
    const auto member = group.dataset("member").read<std::int64_t>();
    const auto coefficient = read_column<double>(group, "coefficient", member.size());
    const auto accuracy = read_column<double>(group, "validation_accuracy", member.size());
    const auto accepted = read_column<std::uint8_t>(group, "accepted", member.size());
    std::vector<Trial> trials;
    for (std::size_t t = 0; t < member.size(); ++t) {
        trials.push_back({static_cast<std::size_t>(member[t]), coefficient[t], accuracy[t], accepted[t] != 0});
    }
    return trials;
}

std::optional<Superposed> read_facts(const std::filesystem::path& file) {
    const hdf5::Group root = hdf5::File::open(file).root();
    if (!root.has_attribute("method") || !root.exists("members")) return std::nullopt;
    Superposed facts;
    facts.method = root.attribute_as<std::string>("method");
    facts.target = root.attribute_as<std::string>("target");
    facts.density = root.attribute_as<double>("density");
    facts.validation_accuracy = root.attribute_as<double>("validation_accuracy");
    facts.test_accuracy = root.attribute_as<double>("test_accuracy");
    facts.test_loss = root.attribute_as<double>("test_loss");
    for (const std::string& name : root.attribute_names()) {
        if (!name.starts_with(option_prefix)) continue;
        facts.options.emplace_back(name.substr(std::string_view(option_prefix).size()),
                                   root.attribute_as<std::string>(name));
    }
    facts.members = read_members(root.group("members"));
    if (root.exists("trials")) facts.trials = read_trials(root.group("trials"));
    return facts;
}

}  // namespace

std::optional<std::size_t> Superposed::best_member() const {
    if (members.empty() || std::isnan(members.front().validation_accuracy)) return std::nullopt;
    const auto best = std::ranges::max_element(members, {}, &SuperposedMember::validation_accuracy);
    return static_cast<std::size_t>(best - members.begin());
}

double Superposed::mean_member_test_accuracy() const {
    double sum = 0.0;
    for (const SuperposedMember& member : members) sum += member.test_accuracy;
    return sum / static_cast<double>(members.size());
}

double Superposed::highest_member_test_accuracy() const {
    double highest = -std::numeric_limits<double>::infinity();
    for (const SuperposedMember& member : members) highest = std::max(highest, member.test_accuracy);
    return highest;
}

void write_superposed(const std::filesystem::path& file, topology::StoredNetwork network, const Superposed& facts,
                      const std::string& config) {
    network.topology.label = "superposed";
    topology::write_network_file(file, network, attributes(facts, config), [&](hdf5::Group& root) {
        write_members(root.create_group("members"), facts.members);
        if (!facts.trials.empty()) write_trials(root.create_group("trials"), facts.trials);
    });
}

std::optional<Superposed> read_superposed(const std::filesystem::path& file) {
    rehearse(file, [&] { read_facts(file); });
    return read_facts(file);
}

}  // namespace espalier::tickets
