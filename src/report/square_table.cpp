#include <espalier/report/square_table.hpp>
#include <espalier/report/table.hpp>

namespace espalier::report {

std::string square_table(const std::string& heading, const std::vector<std::string>& labels,
                         const std::vector<std::vector<double>>& value) {
    std::vector<std::string> header = {heading};
    for (std::size_t k = 0; k < labels.size(); ++k) header.push_back(std::to_string(k));
    Table table(header);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        std::vector<std::string> row = {std::to_string(i) + " " + labels[i]};
        for (const double entry : value[i]) row.push_back(rounded(entry));
        table.add(std::move(row));
    }
    return table.text();
}

}  // namespace espalier::report
