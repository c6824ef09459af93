#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <espalier/sweep/run_record.hpp>
#include <espalier/sweep/sheet.hpp>

namespace espalier::sweep {

/// What a row of a table of runs is.
enum class RowOf { run, evaluation, group };

/// Columns that somebody has named.
struct AskedColumns {
    std::vector<std::string> keys;    ///< of the configuration
    std::vector<std::string> others;  ///< those that the table has anyway
};

/// Tells keys and other columns apart.
/// @param names  as they were given
/// @param where  how messages call the place
/// @throws ConfigError for a name that is neither a key nor a column
AskedColumns asked_columns(const std::vector<std::string>& names, const std::vector<RunRecord>& runs,
                           std::string_view where);

/// Keys of the configuration that are columns of a table of such rows.
std::vector<const config::Key*> columns_of_rows(const std::vector<RunRecord>& runs, const AskedColumns& asked,
                                                RowOf rows);

/// The table of these rows: sheet_of_runs, sheet_of_evaluations or sheet_of_means.
Sheet sheet_of(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys, RowOf rows);

/// Which run files were not readable, in one line; empty where all were.
std::string unreadable_runs(const std::vector<RunRecord>& runs);

}  // namespace espalier::sweep
