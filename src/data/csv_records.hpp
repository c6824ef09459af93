#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace espalier::data {

/// The records of a text file with separated columns (RFC 4180), one after the other.
///
/// Columns are separated by commas, or by semicolons or tabs where the first line has one outside quotes (semicolons
/// win). A field may stand in quotes, with "" for a quote and with separators and line ends in it. Spaces around a
/// field, blank lines, a byte order mark and Windows line ends do not count.
class CsvRecords {
  public:
    /// @throws IoError
    explicit CsvRecords(const std::filesystem::path& path);

    /// Goes on to the next record; false at the end.
    /// @throws IoError; FormatError naming file, line and column where a quote is not closed or text follows one
    bool next();

    const std::vector<std::string>& fields() const { return fields_; }
    /// Of the record's beginning, from 1.
    std::size_t line() const { return first_line_; }
    char separator() const { return separator_; }
    const std::string& path() const { return path_; }

    /// @throws FormatError "t.csv: line 3, column 2: <what>" about the record; columns count from 1
    [[noreturn]] void fail(std::size_t column, const std::string& what) const;
    /// @throws FormatError about the whole record
    [[noreturn]] void fail(const std::string& what) const;

  private:
    bool read_line();
    void find_separator();
    void split();
    std::string& field(std::size_t number);
    void take_quoted(std::size_t& at, std::string& field);

    std::string path_;
    std::ifstream file_;
    std::string text_;  // the line, and those behind it that belong to its last field
    std::size_t line_ = 0;
    std::size_t first_line_ = 0;
    char separator_ = '\0';
    std::vector<std::string> fields_;
};

/// What a cell holds, shortened and without control characters, for a message, which is one line.
std::string shown_cell(std::string_view text);

}  // namespace espalier::data
