#include <utility>
#include <vector>

#include <espalier/report/curve_table.hpp>
#include <espalier/report/table.hpp>

namespace espalier::report {
namespace {

using topology::MetricValue;
using Curve = MetricValue::Field;

std::string table_of(const std::string& name, const std::vector<Curve>& curves) {
    std::vector<std::string> header;
    for (const Curve& curve : curves) header.push_back(curve.first);
    Table table(header);
    for (std::size_t k = 0; k < curves.front().second.list().size(); ++k) {
        std::vector<std::string> row;
        for (const Curve& curve : curves) row.push_back(rounded(curve.second.list()[k]));
        table.add(std::move(row));
    }
    return name + "\n" + table.text();
}

/// @param front  the first column of all tables, where there has been one
std::string tables_of(const std::string& name, const MetricValue& value, std::vector<Curve> front) {
    if (!value.is_object()) return "";
    std::vector<Curve> curves = front;
    const std::size_t before = curves.size();
    std::string nested;
    for (const Curve& field : value.fields()) {
        if (field.second.is_list() && front.empty()) front = {field};
        if (field.second.is_list() && field.second.list().size() == front.front().second.list().size()) {
            curves.push_back(field);
        }
        nested += tables_of(std::string(name).append(".").append(field.first), field.second, front);
    }
    const bool has_any = curves.size() > before;
    return (has_any ? table_of(name, curves) : "") + (nested.empty() ? "" : "\n" + nested);
}

}  // namespace

std::string curve_tables(const std::string& name, const MetricValue& value) {
    return tables_of(name, value, {});
}

}  // namespace espalier::report
