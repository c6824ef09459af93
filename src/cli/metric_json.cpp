#include <limits>

#include <nlohmann/json.hpp>

#include <espalier/cli/metric_json.hpp>

namespace espalier::cli {

using topology::MetricValue;

void put_metric(Json& object, const std::string& name, const MetricValue& value) {
    if (value.is_object()) {
        Json fields = Json::object();
        for (const auto& [field, part] : value.fields()) put_metric(fields, field, part);
        object[name] = std::move(fields);
    } else if (value.is_list()) {
        Json list = Json::array();
        for (const double one : value.list()) list.push_back(number(one));
        object[name] = std::move(list);
    } else if (value.is_number()) {
        put_number(object, name, value.number(), "not finite");
    } else {
        put_number(object, name, std::numeric_limits<double>::quiet_NaN(), value.reason());
    }
}

std::vector<std::pair<std::string, double>> flattened(const std::string& name, const MetricValue& value,
                                                      bool with_lists) {
    if (value.is_number()) return {{name, value.number()}};
    if (value.is_undefined()) return {{name, std::numeric_limits<double>::quiet_NaN()}};
    std::vector<std::pair<std::string, double>> all;
    if (value.is_list()) {
        const std::size_t shown = with_lists ? value.list().size() : 0;
        for (std::size_t k = 0; k < shown; ++k) all.emplace_back(name + "." + std::to_string(k), value.list()[k]);
        return all;
    }
    for (const auto& [field, part] : value.fields()) {
        for (auto& one : flattened(name + "." + field, part, with_lists)) all.push_back(std::move(one));
    }
    return all;
}

}  // namespace espalier::cli
