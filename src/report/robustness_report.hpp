#pragma once

#include <string>
#include <vector>

#include <espalier/report/json.hpp>
#include <espalier/report/table.hpp>
#include <espalier/robustness/results.hpp>

namespace espalier::report {

/// All that a suite found: docs/robustness.md says what each key means. Parts that were not asked for have no key; what
/// could not be measured is null with a reason beside it.
Json robustness_json(const robustness::SuiteResults& results);

/// A table with its heading.
struct HeadedTable {
    std::string heading;
    Table table;
    std::string remark;  ///< a line below it; empty: none
};

/// The same as tables for people, from what robustness_json() has made, one or more a part.
std::vector<HeadedTable> robustness_tables(const Json& robustness);

}  // namespace espalier::report
