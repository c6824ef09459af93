#pragma once

#include <string>
#include <vector>

#include <espalier/data/dataset.hpp>
#include <espalier/data/split.hpp>

namespace espalier::data {

/// @throws FormatError where there is nothing to classify: no classes at all, or a single one in the training part;
///         says which
void require_classes(const Dataset& dataset, const Split& split);

/// What a user should know before a dataset is trained on, one line each: what reading it decided (Dataset::remarks); a
/// part that is empty; classes without a sample in the training part, in the validation part, or at all; inputs that do
/// not vary, of tables each, of images all together.
/// @param validation  the share that was asked for, data.validation
/// @param by_class    whether classes are what is learned
/// Cost: O(training samples x features) for tables, O(samples) else.
std::vector<std::string> remarks(const Dataset& dataset, const Split& split, double validation, bool by_class);

}  // namespace espalier::data
