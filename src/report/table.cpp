#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/report/table.hpp>

namespace espalier::report {
namespace {

std::size_t width_of(const std::string& text) {
    const auto starts_code_point = [](unsigned char c) { return (c & 0xc0U) != 0x80U; };
    return static_cast<std::size_t>(std::ranges::count_if(text, starts_code_point));
}

/// Numbers, also with a deviation, "-", and nothing: what is put to the right.
bool is_numeric(const std::string& text) {
    return text.find_first_not_of("0123456789.+-e% \u00b1") == std::string::npos;
}

std::string quoted(const std::string& cell) {
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
    std::string text = "\"";
    for (const char c : cell) text.append(c == '"' ? 2 : 1, c);
    return text + '"';
}

/// Which columns go to the right: those of numbers alone, where there are rows.
std::vector<bool> right_columns(const std::vector<std::vector<std::string>>& rows) {
    std::vector<bool> right(rows.front().size(), rows.size() > 1);
    for (std::size_t r = 1; r < rows.size(); ++r) {
        for (std::size_t c = 0; c < right.size(); ++c) right[c] = right[c] && is_numeric(rows[r][c]);
    }
    return right;
}

std::string replaced(const std::string& text, const std::vector<std::pair<std::string, std::string>>& by) {
    std::string result;
    for (std::size_t k = 0; k < text.size();) {
        const auto found = std::ranges::find_if(
            by, [&](const auto& pair) { return text.compare(k, pair.first.size(), pair.first) == 0; });
        result += found == by.end() ? text.substr(k, 1) : found->second;
        k += found == by.end() ? 1 : found->first.size();
    }
    return result;
}

/// Rows of cells with something between them, at their ends, and in certain letters' place.
std::string row_text(const std::vector<std::string>& row, const std::string& between,
                     const std::vector<std::pair<std::string, std::string>>& by) {
    std::string text;
    for (std::size_t c = 0; c < row.size(); ++c) text += (c == 0 ? "" : between) + replaced(row[c], by);
    return text;
}

}  // namespace

Table::Table(std::vector<std::string> header) {
    rows_.push_back(std::move(header));
}

void Table::add(std::vector<std::string> row) {
    rows_.push_back(std::move(row));
}

std::vector<std::vector<std::string>> Table::printed() const {
    auto rows = rows_;
    for (auto& row : rows) std::ranges::transform(row, row.begin(), [](const auto& cell) { return printable(cell); });
    return rows;
}

std::string Table::markdown() const {
    const auto rows = printed();
    const std::vector<std::pair<std::string, std::string>> by = {{"|", "\\|"}};
    std::string text = "| " + row_text(rows.front(), " | ", by) + " |\n|";
    for (const bool right : right_columns(rows)) text += right ? " ---: |" : " --- |";
    text += "\n";
    for (std::size_t r = 1; r < rows.size(); ++r) text += "| " + row_text(rows[r], " | ", by) + " |\n";
    return text;
}

std::string Table::latex() const {
    const auto rows = printed();
    const std::vector<std::pair<std::string, std::string>> by = {{"\u00b1", "$\\pm$"},
                                                                 {"\\", "\\textbackslash{}"},
                                                                 {"~", "\\textasciitilde{}"},
                                                                 {"^", "\\textasciicircum{}"},
                                                                 {"%", "\\%"},
                                                                 {"_", "\\_"},
                                                                 {"&", "\\&"},
                                                                 {"#", "\\#"},
                                                                 {"$", "\\$"},
                                                                 {"{", "\\{"},
                                                                 {"}", "\\}"}};
    std::string text = "\\begin{tabular}{";
    for (const bool right : right_columns(rows)) text += right ? 'r' : 'l';
    text += "}\n\\toprule\n" + row_text(rows.front(), " & ", by) + " \\\\\n\\midrule\n";
    for (std::size_t r = 1; r < rows.size(); ++r) text += row_text(rows[r], " & ", by) + " \\\\\n";
    return text + "\\bottomrule\n\\end{tabular}\n";
}

std::string Table::text() const {
    const auto rows = printed();
    const std::vector<bool> right = right_columns(rows);
    const std::size_t columns = rows.front().size();
    std::vector<std::size_t> width(columns, 0);
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < columns; ++c) width[c] = std::max(width[c], width_of(row[c]));
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t c = 0; c < columns; ++c) {
            const std::string padding(width[c] - width_of(row[c]), ' ');
            line.append(c == 0 ? "" : "  ").append(right[c] ? padding + row[c] : row[c] + padding);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::size_t Table::width() const {
    std::size_t widest = 0;
    for (const std::string& line : split(text(), '\n')) widest = std::max(widest, width_of(line));
    return widest;
}

std::string Table::csv() const {
    std::string text;
    for (const auto& row : rows_) {
        for (std::size_t c = 0; c < row.size(); ++c) text.append(c == 0 ? "" : ",").append(quoted(row[c]));
        text += "\n";
    }
    return text;
}

std::string rounded(double value) {
    if (!std::isfinite(value)) return "-";
    const double size = std::abs(value);
    if (size < 9999.5 || size >= 1e15) return fmt::format("{:.4g}", value);
    return (value < 0.0 ? "-" : "") + grouped(static_cast<std::uint64_t>(std::llround(size)));
}

std::string percent(double share) {
    return std::isfinite(share) ? fmt::format("{:.2f} %", 100.0 * share) : "-";
}

std::string exact(double value) {
    return std::isfinite(value) ? fmt::format("{}", value) : "";
}

std::string wrapped(const std::string& text, std::size_t width) {
    std::string lines;
    std::size_t filled = 0;
    for (const std::string& word : split(text, ' ')) {
        const std::size_t length = width_of(word);
        if (filled > 0 && filled + 1 + length > width) {
            lines += "\n";
            filled = 0;
        }
        if (filled > 0) lines += " ";
        lines += word;
        filled += length + (filled > 0 ? 1 : 0);
    }
    return lines + "\n";
}

std::string grouped(std::uint64_t count) {
    std::string digits = std::to_string(count);
    for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, 1, ' ');
    return digits;
}

}  // namespace espalier::report
