#include <utility>
#include <vector>

#include <espalier/cli/curve_table.hpp>
#include <espalier/cli/table.hpp>

namespace espalier::cli {
namespace {

using topology::MetricValue;
using Curve = std::pair<std::string, MetricValue::Numbers>;

void collect(const std::string& name, const MetricValue& value, std::vector<Curve>& curves) {
    if (value.is_list() && (curves.empty() || value.list().size() == curves.front().second.size())) {
        curves.emplace_back(name, value.list());
    }
    if (!value.is_object()) return;
    for (const auto& [field, part] : value.fields()) {
        collect(name.empty() ? field : std::string(name).append(".").append(field), part, curves);
    }
}

}  // namespace

std::string curve_table(const MetricValue& value) {
    std::vector<Curve> curves;
    collect("", value, curves);
    if (curves.empty()) return "";
    std::vector<std::string> header;
    for (const Curve& curve : curves) header.push_back(curve.first);
    Table table(header);
    for (std::size_t k = 0; k < curves.front().second.size(); ++k) {
        std::vector<std::string> row;
        for (const Curve& curve : curves) row.push_back(rounded(curve.second[k]));
        table.add(std::move(row));
    }
    return table.text();
}

}  // namespace espalier::cli
