#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <espalier/sweep/sheet.hpp>

namespace espalier::report {

/// What stands behind "\u00b1".
enum class ShownSpread { ci95, deviation };

/// How a table is written: for a terminal, or for a text.
enum class TableFormat { text, markdown, latex };

/// Which columns of a sheet are shown, and how.
struct SheetChoice {
    std::vector<std::string> first;   ///< what says which row it is; rows are sorted by these
    std::vector<std::string> asked;   ///< always shown
    std::size_t width = 120;          ///< others are shown while the table is no wider
    std::vector<std::string> keys{};  ///< those of `first` that are shown behind the main result and while they fit
    std::vector<std::string> following{};  ///< keys that are not in the sheet because they follow from the others
    ShownSpread spread = ShownSpread::ci95;
    TableFormat format = TableFormat::text;
};

/// A sheet for reading: units for people, accuracies in percent, "mean \u00b1 spread" in one column; under
/// it why a number is undefined, what is not shown, and which files could not be read; in LaTeX these are comments.
std::string sheet_table(const sweep::Sheet& sheet, const SheetChoice& choice);

}  // namespace espalier::report
