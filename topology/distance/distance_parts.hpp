#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <espalier/base/files/work_folder.hpp>
#include <espalier/topology/distance/distance_matrix.hpp>

namespace espalier::topology {

/// A rectangle of the matrix of all pairs: topologies [first, first_end) with [second, second_end). On the diagonal the
/// two ranges are one, and of its pairs those above the diagonal count.
struct PairBlock {
    std::size_t first;
    std::size_t first_end;
    std::size_t second;
    std::size_t second_end;
};

/// Blocks that hold every pair of `count` topologies once, row by row; each of at most `side` times `side`.
std::vector<PairBlock> pair_blocks(std::size_t count, std::size_t side);

/// The pairs of a block, row by row.
std::vector<TopologyPair> pairs_of(const PairBlock& block);

/// What is asked of matrices that are worked block by block.
struct DistanceWork {
    std::vector<const Distance*> distances;
    std::vector<Settings> settings;             ///< [distances]
    std::vector<std::string> labels;            ///< of the topologies
    std::function<Topology(std::size_t)> read;  ///< a topology by its number; always the same
    std::size_t side = 32;                      ///< topologies of a block's side
    std::filesystem::path folder;               ///< where parts are kept, see base/files/work_folder.hpp
    std::vector<std::string> depends_on = {};   ///< whatever else decides the results: a line each of the plan
};

/// The matrices of distance_matrix() where the topologies together are larger than memory, or the work longer than one
/// process may last: a block of pairs is a part of a WorkFolder. Two sides of topologies are held at a time, and the
/// first of all. Any process can do any part; the values are those of distance_matrix(), bit for bit.
class DistanceParts {
  public:
    /// @throws ConfigError for fewer than two topologies or a side of 0
    explicit DistanceParts(DistanceWork work);

    /// Makes or checks the folder, see WorkFolder::begin().
    void begin() const { folder_.begin(); }
    /// How many parts there are.
    std::size_t size() const { return blocks_.size(); }
    /// Whether one has been measured.
    bool has(std::size_t part) const { return folder_.has(part); }

    /// Measures one block, its pairs dealt to threads(), and writes it. What it reads stays for the next call.
    /// @throws FormatError as distance_matrix() where architectures differ; whatever reading throws; IoError
    void measure(std::size_t part);

    /// The matrices, one a distance, once all parts are there.
    /// @throws FormatError naming the file of a part that is none of this work
    std::vector<DistanceMatrix> matrices() const;

  private:
    /// A part that holds another belongs to another work.
    std::int64_t plan_mark() const;
    void hold(const PairBlock& block);
    void write(std::size_t part, const std::vector<std::vector<LayerDistances>>& results) const;

    DistanceWork work_;
    std::vector<PairBlock> blocks_;
    WorkFolder folder_;
    std::optional<Topology> first_;
    std::map<std::size_t, Topology> held_;
};

}  // namespace espalier::topology
