#pragma once

#include <string>
#include <vector>

#include <espalier/page/bands.hpp>

/// One sentence under each chart over training: what the numbers say, and nothing where they do not.
namespace espalier::page {

/// Which group ends best, by how much, and whether the seeds tell the first two apart.
/// @param bands  none empty
/// @param more_is_better  of accuracies; not of losses
std::string ranking_sentence(const std::vector<Band>& bands, const std::string& unit, bool more_is_better);

/// Where a loss was lowest, if it has risen by more than a twentieth since: "" else.
/// @param x_name  of the chart's axis
std::string rise_sentence(const std::vector<Band>& bands, const std::string& unit, const std::string& x_name = "epoch");

/// How a quantity ran: constant, or from where to where.
/// @param what  "density": the subject
std::string course_sentence(const std::vector<Band>& bands, const std::string& unit, const std::string& what);

/// A value as the unit has it: "90.4 %", "0.312", "1m 32s", "2.6 kFLOPs".
std::string value_text(double value, const std::string& unit);

}  // namespace espalier::page
