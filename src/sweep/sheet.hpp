#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <espalier/config/schema.hpp>
#include <espalier/sweep/run_record.hpp>

namespace espalier::sweep {

/// One entry of a table; monostate where there is nothing to say.
using Field = std::variant<std::monostate, std::string, std::int64_t, double>;

/// A tidy table: one row an observation, one column a variable.
struct Sheet {
    std::vector<std::string> header;
    std::vector<std::vector<Field>> rows;  ///< as many fields as the header has
};

Field field_of(const config::Value& value);

/// What the run has for this key; nothing where it has not said or cannot be read.
Field config_field(const RunRecord& run, const config::Key& key);

/// Nothing first, numbers by their value, then texts naturally ("a2" before "a10").
bool field_less(const Field& a, const Field& b);

/// Keys of the configuration that tell runs apart: those in which two readable ones differ, and those asked for; in the
/// order of the schema, without name and seed, which are columns anyway. model.crossovers, the machine's table, must be
/// asked for.
std::vector<const config::Key*> columns_of_keys(const std::vector<RunRecord>& runs,
                                                const std::vector<std::string>& asked);

/// Those of `keys` that tell groups of runs apart where means are over seeds: training.order_seed, which lotteries draw
/// from the seed, only where it is asked for.
std::vector<const config::Key*> keys_of_groups(std::vector<const config::Key*> keys,
                                               const std::vector<std::string>& asked);

/// Keys that tell runs apart, and those that say nothing beside them.
struct TellingKeys {
    std::vector<const config::Key*> telling;    ///< in the order they came
    std::vector<const config::Key*> following;  ///< equal wherever name and telling keys are
};

/// Splits `keys` for reading: a method's own settings follow from it, a variant's from its name. sparsity.method is
/// looked at first, the others in their order. A tidy table has them all.
/// @param asked  names of keys that are telling whatever they say
TellingKeys telling_keys(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys,
                         const std::vector<std::string>& asked);

/// One row per run: folder, name, seed, status, the keys, all results that some run has; where a file was not readable,
/// last a column reason.
Sheet sheet_of_runs(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys);

/// One row an evaluation: folder, name, seed, status, the keys, and the fields of Evaluation.
Sheet sheet_of_evaluations(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys);

/// One row for finished runs that differ in nothing but the seed: name, the keys, n, then of
/// each result that is a number the mean, as `<result>_std` the sample standard deviation, and as `<result>_ci95` half
/// the width of Student's 95 % confidence interval (neither where n is 1), where some run lacks the result, as
/// `<result>_n` of how many the mean is, and where all of a row lack it and say why, as `<result>_reason` that; last,
/// how many of these runs are not finished and not in the mean, and why there is no interval. In the order in which
/// they first come.
Sheet sheet_of_means(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys);

/// Names of all results that some run has, in the order of RunRecord::results.
std::vector<std::string> result_names(const std::vector<RunRecord>& runs);

}  // namespace espalier::sweep
