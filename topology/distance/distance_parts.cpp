#include <algorithm>
#include <utility>

#include <espalier/base/files/rehearse.hpp>
#include <espalier/base/formats/crc32c.hpp>
#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/distance/distance_parts.hpp>

namespace espalier::topology {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> plan_of(const DistanceWork& work) {
    std::vector<std::string> plan = {"distances 1"};
    for (std::size_t k = 0; k < work.distances.size(); ++k) {
        plan.push_back("metric " + work.distances[k]->name);
        for (const Setting& setting : work.distances[k]->settings) {
            plan.push_back("setting " + setting.name + " = " + work.settings[k].text(setting.name));
        }
    }
    plan.push_back("block " + std::to_string(work.side));
    plan.insert(plan.end(), work.depends_on.begin(), work.depends_on.end());
    for (const std::string& label : work.labels) plan.push_back("topology " + label);
    return plan;
}

/// One distance of one block: its values pair by pair, and where a pair has lower bounds, those.
void write_distance(hdf5::Group group, const std::vector<LayerDistances>& results) {
    std::vector<double> values;
    std::vector<double> bounds;
    std::vector<std::uint8_t> has_bounds;
    for (const LayerDistances& one : results) {
        values.insert(values.end(), one.values.begin(), one.values.end());
        bounds.insert(bounds.end(), one.lower_bounds.begin(), one.lower_bounds.end());
        has_bounds.push_back(one.lower_bounds.empty() ? 0 : 1);
    }
    group.write("values", values);
    group.write("bounds", bounds);
    group.write("has_bounds", has_bounds);
}

std::vector<LayerDistances> read_distance(const hdf5::Group& group, std::size_t pairs, std::size_t layers) {
    std::vector<double> values(pairs * layers);
    group.dataset("values").read_into(std::span(values));
    std::vector<std::uint8_t> has_bounds(pairs);
    group.dataset("has_bounds").read_into(std::span(has_bounds));
    std::vector<double> bounds(layers * static_cast<std::size_t>(std::ranges::count_if(
                                            has_bounds, [](std::uint8_t has) { return has != 0; })));
    group.dataset("bounds").read_into(std::span(bounds));
    std::vector<LayerDistances> results(pairs);
    auto value = values.begin();
    auto bound = bounds.begin();
    const auto size = static_cast<std::ptrdiff_t>(layers);
    for (std::size_t k = 0; k < pairs; ++k) {
        results[k].values.assign(value, value + size);
        value += size;
        if (has_bounds[k] == 0) continue;
        results[k].lower_bounds.assign(bound, bound + size);
        bound += size;
    }
    return results;
}

/// A part as it was read, distance by distance, with the names of the layers.
struct ReadPart {
    std::vector<std::string> layers;
    std::vector<std::vector<LayerDistances>> results;
};

ReadPart read_part(const fs::path& file, std::int64_t plan_mark, std::size_t distances, std::size_t pairs) {
    const auto read = [&] {
        const hdf5::Group root = hdf5::File::open(file).root();
        if (root.attribute_as<std::int64_t>("plan") != plan_mark) {
            throw FormatError(file.string() + ": belongs to another work than plan.txt beside it; remove it");
        }
        ReadPart part;
        const std::vector<std::uint8_t> names = root.dataset("layers").read<std::uint8_t>();
        if (!names.empty()) part.layers = split(std::string(names.begin(), names.end()), '\0');
        for (std::size_t k = 0; k < distances; ++k) {
            part.results.push_back(read_distance(root.group(std::to_string(k)), pairs, part.layers.size()));
        }
        return part;
    };
    rehearse(file, read);
    return read();
}

}  // namespace

std::vector<PairBlock> pair_blocks(std::size_t count, std::size_t side) {
    std::vector<PairBlock> blocks;
    for (std::size_t first = 0; first < count; first += side) {
        for (std::size_t second = first; second < count; second += side) {
            const bool is_one_topology = first == second && first + 1 == count;
            if (is_one_topology || (first == second && side == 1)) continue;
            blocks.push_back({first, std::min(first + side, count), second, std::min(second + side, count)});
        }
    }
    return blocks;
}

std::vector<TopologyPair> pairs_of(const PairBlock& block) {
    std::vector<TopologyPair> pairs;
    for (std::size_t i = block.first; i < block.first_end; ++i) {
        for (std::size_t j = std::max(i + 1, block.second); j < block.second_end; ++j) pairs.push_back({i, j});
    }
    return pairs;
}

DistanceParts::DistanceParts(DistanceWork work)
    : work_(std::move(work)),
      blocks_(work_.side == 0 ? std::vector<PairBlock>() : pair_blocks(work_.labels.size(), work_.side)),
      folder_(work_.folder, plan_of(work_), "h5") {
    if (work_.side == 0) throw ConfigError("distance: a block of 0 topologies; 1 or more are needed");
    if (work_.labels.size() < 2) throw ConfigError("distance: one topology has none; two or more are needed");
}

std::int64_t DistanceParts::plan_mark() const {
    return crc32c(folder_.plan());
}

void DistanceParts::hold(const PairBlock& block) {
    const auto is_wanted = [&](std::size_t k) {
        return (k >= block.first && k < block.first_end) || (k >= block.second && k < block.second_end);
    };
    std::erase_if(held_, [&](const auto& held) { return !is_wanted(held.first); });
    if (!first_) first_ = work_.read(0);
    for (std::size_t k = block.first; k < block.second_end; ++k) {
        if (!is_wanted(k) || held_.contains(k)) continue;
        const Topology& topology = held_.emplace(k, work_.read(k)).first->second;
        require_comparable(*first_, topology, work_.distances.front()->name);
    }
}

void DistanceParts::measure(std::size_t part) {
    hold(blocks_[part]);
    const std::vector<TopologyPair> pairs = pairs_of(blocks_[part]);
    std::vector<std::vector<LayerDistances>> results(work_.distances.size());
    for (std::size_t d = 0; d < results.size(); ++d) {
        results[d].resize(pairs.size());
        parallel_for(pairs.size(), [&](std::size_t k) {
            results[d][k] =
                work_.distances[d]->of_networks(held_.at(pairs[k].first), held_.at(pairs[k].second), work_.settings[d]);
        });
    }
    write(part, results);
}

void DistanceParts::write(std::size_t part, const std::vector<std::vector<LayerDistances>>& results) const {
    std::vector<std::string> layers;
    for (const Layer& layer : first_->layers) layers.push_back(layer.name);
    // As bytes: names may be longer than a text of an array.
    const std::string names = join(layers, std::string_view("\0", 1));
    folder_.write(part, [&](const fs::path& temporary) {
        hdf5::File file = hdf5::File::create(temporary);
        {
            hdf5::Group root = file.root();
            root.set_attribute("plan", plan_mark());
            root.write("layers", std::vector<std::uint8_t>(names.begin(), names.end()));
            for (std::size_t d = 0; d < results.size(); ++d) {
                write_distance(root.create_group(std::to_string(d)), results[d]);
            }
        }
        file.close();
    });
}

std::vector<DistanceMatrix> DistanceParts::matrices() const {
    std::vector<std::string> layers;
    std::vector<TopologyPair> pairs;
    std::vector<std::vector<LayerDistances>> results(work_.distances.size());
    for (std::size_t part = 0; part < blocks_.size(); ++part) {
        const std::vector<TopologyPair> of_part = pairs_of(blocks_[part]);
        const fs::path file = folder_.file_of(part);
        ReadPart read = read_part(file, plan_mark(), results.size(), of_part.size());
        if (part == 0) layers = read.layers;
        if (read.layers != layers) throw FormatError(file.string() + ": has other layers than the parts before it");
        pairs.insert(pairs.end(), of_part.begin(), of_part.end());
        for (std::size_t d = 0; d < results.size(); ++d) {
            std::ranges::move(read.results[d], std::back_inserter(results[d]));
        }
    }
    std::vector<DistanceMatrix> matrices;
    for (std::size_t d = 0; d < results.size(); ++d) {
        matrices.push_back(matrix_of(work_.distances[d]->name, work_.labels, layers, pairs, results[d]));
    }
    return matrices;
}

}  // namespace espalier::topology
