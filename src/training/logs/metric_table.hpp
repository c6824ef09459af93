#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <espalier/base/hdf5/hdf5.hpp>

namespace espalier::training {

/// One entry of a table, and an attribute of a finished run. Any number or text turns into it.
struct Cell : std::variant<double, std::int64_t, std::string> {
    template <std::floating_point Number>
    Cell(Number number) : variant(static_cast<double>(number)) {}  // NOLINT(google-explicit-constructor): on purpose
    template <std::integral Number>
    Cell(Number number) : variant(static_cast<std::int64_t>(number)) {}  // NOLINT(google-explicit-constructor)
    Cell(std::string text) : variant(std::move(text)) {}                 // NOLINT(google-explicit-constructor)
    Cell(const char* text) : variant(std::string(text)) {}               // NOLINT(google-explicit-constructor)
};

struct Entry {
    std::string column;
    Cell value;
};

using Column = std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::string>>;

/// Some rows of one table, column by column, all equally long and `step` among them; values that no entry gave are
/// filled in as MetricTable does.
struct RowBlock {
    std::size_t first = 0;  ///< row of the table that its first is
    std::vector<std::pair<std::string, Column>> columns;
};

/// Rows of one table of metrics, gathered in memory and written in blocks to `/metrics/<table>/<column>`.
///
/// A column exists from its first entry on. All columns are equally long: where a row has no entry, and before a
/// column's first, stand NaN, -1 and "". A column keeps the kind of its first entry; integers may enter a column of
/// real numbers. Text is limited to hdf5::text_width bytes.
class MetricTable {
  public:
    /// A table without rows.
    MetricTable() = default;
    /// Goes on with the rows in a file, those after `step` cut off. O(rows).
    /// @throws FormatError where the columns are not equally long or there is no column `step`
    MetricTable(const hdf5::Group& table, std::int64_t step);

    /// @throws FormatError where an entry does not fit its column
    void append(std::int64_t step, const std::vector<Entry>& row);

    std::size_t rows() const { return written_ + waiting_; }
    /// Rows in memory alone.
    std::size_t waiting() const { return waiting_; }
    /// Of the waiting rows those that no take_new() before has given.
    RowBlock take_new();
    /// Appends rows that take_new() gave, up to those of `step`, but for those that the table has already.
    /// @throws FormatError where rows between are missing, or the block is none of this table
    void add(const RowBlock& block, std::int64_t step);
    /// Writes the waiting rows behind those in the file.
    void write_to(hdf5::Group& table);

  private:
    struct Buffer {
        std::string name;
        Column values;
    };
    Buffer& buffer(const std::string& name, const Cell& like);
    void fill_row();

    std::vector<Buffer> buffers_;
    std::size_t written_ = 0;
    std::size_t waiting_ = 0;
    std::size_t taken_ = 0;  // of the waiting rows
};

/// All rows of one column. @throws FormatError where it is of a type that no table has
Column read_column(const hdf5::Dataset& column);

}  // namespace espalier::training
