#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace espalier::report {

/// Rows of text under a header, printed for people or for programs.
class Table {
  public:
    explicit Table(std::vector<std::string> header);

    /// @pre as many cells as the header has
    void add(std::vector<std::string> row);

    /// Columns aligned, those of numbers to the right; lines end without spaces. Width is counted in code points;
    /// control characters are escaped (printable.hpp).
    std::string text() const;

    /// Of the longest line of text().
    std::size_t width() const;

    /// A GitHub table: the same cells and sides, '|' escaped.
    std::string markdown() const;

    /// A tabular for the package booktabs, letters of TeX escaped, "\u00b1" in mathematics.
    std::string latex() const;

    /// RFC 4180: quotes where a cell holds a comma, a quote or a line end. Lines end with a bare newline.
    std::string csv() const;

  private:
    /// Control characters escaped.
    std::vector<std::vector<std::string>> printed() const;

    std::vector<std::vector<std::string>> rows_;  // the header first
};

/// Four significant digits, whole from 10 000 on and grouped ("23 520"), with an exponent from 10^15 on; "-" for NaN:
/// for tables. Programs get --json or --csv.
std::string rounded(double value);

/// A share as people read accuracies: "84.37 %", "-" for NaN.
std::string percent(double share);

/// The shortest text that reads back to the same bits; empty for what is not finite.
std::string exact(double value);

/// Lines of whole words, no longer than `width` where a word is not, each with a line end.
std::string wrapped(const std::string& text, std::size_t width);

/// "1 234 567".
std::string grouped(std::uint64_t count);

}  // namespace espalier::report
