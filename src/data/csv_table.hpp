#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace espalier::data {

/// A table of numbers with one column of labels, as a text file holds it.
struct CsvTable {
    std::string path;
    char separator = ',';
    std::vector<std::string> header;       ///< of all columns; empty where the file has none
    std::size_t columns = 0;               ///< with that of the labels
    std::size_t label_column = 0;          ///< from 0
    std::vector<float> values;             ///< [samples x (columns - 1)]
    std::vector<std::uint32_t> labels;     ///< [samples], where they are numbers
    std::vector<std::string> text_labels;  ///< [samples], where they are text

    bool has_text_labels() const { return !text_labels.empty(); }
    std::size_t samples() const { return labels.size() + text_labels.size(); }
    /// "the last column, 5 ('species')".
    std::string label_place() const;
};

/// Reads records as CsvRecords has them. Every cell but the label is a finite number. Labels are integers from 0 to
/// 65535, or text where that of the first sample is.
///
/// The first line is a header where its label is no number, and no other cell is one or the second line's label is.
/// @param label  the column of the labels: its name in the header, its number from 1, or from the end as -1; "" for the
///               last
/// @throws ConfigError where there is no such column; IoError; FormatError naming file, line and column
CsvTable read_csv_table(const std::filesystem::path& path, std::string_view label = "");

}  // namespace espalier::data
