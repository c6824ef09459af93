#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <espalier/training/run/run_file.hpp>

namespace espalier::training {

/// Columns of one table by name, all equally long.
using Columns = std::map<std::string, Column>;

/// All that a run file says, without the snapshots' arrays.
struct RunSummary {
    RunInfo info;
    std::string created;  ///< ISO 8601, UTC
    /// "running" only while a living process writes; what a dead one left is "interrupted".
    std::string status;
    std::map<std::string, hdf5::Attribute> results;  ///< what finish() added
    std::vector<std::string> snapshots;              ///< labels: steps as nine digits, ascending
    std::map<std::string, Columns> metrics;          ///< by table: "train", "eval", "topology", "tickets"
    std::vector<RunPart> parts;                      ///< steps ascending; none in a file of a version without them

    /// A column of a table; empty where there is none of that name and type. Integers are real numbers too: another
    /// program's loop may count epochs in whole ones.
    template <class Item>
    std::vector<Item> column(const std::string& table, const std::string& name) const {
        const auto columns = metrics.find(table);
        if (columns == metrics.end()) return {};
        const auto found = columns->second.find(name);
        if (found == columns->second.end()) return {};
        const auto* items = std::get_if<std::vector<Item>>(&found->second);
        if (items != nullptr) return *items;
        if constexpr (std::is_same_v<Item, double>) return reals_of(found->second);
        return {};
    }

    /// What the last part was computed with; of a file without parts, what it was begun with; empty where it is not
    /// said.
    std::string instruction_set() const;

  private:
    /// Integers as real numbers, NaN where a row has no entry (-1, as MetricTable fills it in); none of texts.
    static std::vector<double> reals_of(const Column& column);
};

/// Reads a run file, also while it is being written. O(rows of the metrics).
/// @throws FormatError naming the object where it is no run file
RunSummary read_run_summary(const std::filesystem::path& path);

}  // namespace espalier::training
