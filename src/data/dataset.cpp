#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/data/dataset.hpp>

namespace espalier::data {

void require_labels_below(const std::vector<std::uint32_t>& labels, std::uint32_t classes, const std::string& where) {
    const auto wrong = std::ranges::find_if(labels, [&](std::uint32_t label) { return label >= classes; });
    if (wrong == labels.end()) return;
    throw FormatError(where + ": label " + std::to_string(*wrong) + " of example " +
                      std::to_string(wrong - labels.begin()) + " (counted from 0); labels are 0 to " +
                      std::to_string(classes - 1));
}

}  // namespace espalier::data
