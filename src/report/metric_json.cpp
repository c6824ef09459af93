#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include <espalier/report/metric_json.hpp>

namespace espalier::report {

using topology::MetricValue;

namespace {

constexpr const char* not_finite = "not finite";

}  // namespace

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
        put_number(object, name, value.number(), not_finite);
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

std::vector<std::pair<std::string, std::string>> undefined_parts(const std::string& name, const MetricValue& value) {
    if (value.is_undefined()) return {{name, value.reason()}};
    if (value.is_number() && !std::isfinite(value.number())) return {{name, not_finite}};
    std::vector<std::pair<std::string, std::string>> all;
    if (!value.is_object()) return all;
    for (const auto& [field, part] : value.fields()) {
        for (auto& one : undefined_parts(std::string(name).append(".").append(field), part)) {
            all.push_back(std::move(one));
        }
    }
    return all;
}

}  // namespace espalier::report
