#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <espalier/sweep/sheet.hpp>

namespace espalier::report {

/// Which columns of a sheet are shown.
struct SheetChoice {
    std::vector<std::string> first;  ///< always: what says which row it is; rows are sorted by these
    std::vector<std::string> asked;  ///< always
    std::size_t width = 120;         ///< others are shown while the table is no wider
};

/// A sheet for reading: units for people, accuracies in percent, "mean \u00b1 half the interval" in one column; under
/// it why a number is undefined, what is not shown, and which files could not be read.
std::string sheet_table(const sweep::Sheet& sheet, const SheetChoice& choice);

}  // namespace espalier::report
