#pragma once

#include <string>
#include <vector>

#include <espalier/report/json.hpp>
#include <espalier/report/measurement.hpp>

/// The forms in which `espalier metrics` writes what was measured.
namespace espalier::report {

/// As docs/formats.md has it, section "JSON".
Json to_json(const Measured& measured);

/// One row per number, one column per layer: there are more numbers than layers. Lists are left out, but of series,
/// whose curves follow as a table of their own.
std::string in_words(const Measured& measured);

/// One line a number, those of lists as "<name>.0" and so on.
std::string as_csv(const std::vector<Measured>& all);

}  // namespace espalier::report
