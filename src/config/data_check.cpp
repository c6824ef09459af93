#include <espalier/config/data_check.hpp>

namespace espalier::config {

void check_data(const Settings& settings, const RunConfig& resolved) {
    const RunConfig::Data& data = resolved.data;
    if (data.standardise != "constants") return;
    if (data.mean.empty() || data.deviation.empty()) {
        refuse(settings, "data.standardise",
               std::string("= \"constants\" needs data.mean and data.std, one number a channel, but ") +
                   (data.mean.empty() ? "data.mean" : "data.std") + " is empty");
    }
    if (data.mean.size() != data.deviation.size()) {
        refuse(settings, "data.std",
               "has " + std::to_string(data.deviation.size()) + " numbers, data.mean " +
                   std::to_string(data.mean.size()) + ": each channel needs one of both");
    }
}

}  // namespace espalier::config
