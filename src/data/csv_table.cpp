#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/data/csv_records.hpp>
#include <espalier/data/csv_table.hpp>
#include <espalier/data/dataset.hpp>

namespace espalier::data {
namespace {

using Fields = std::vector<std::string>;

template <class Number>
std::optional<Number> number(std::string_view field) {
    Number value = 0;
    const auto [end, failed] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (failed != std::errc{} || end != field.data() + field.size()) return std::nullopt;
    return value;
}

bool is_number(const std::string& field) {
    return number<double>(field).has_value();
}

/// The label's column of `columns`, from 0, where `label` is no name.
std::optional<std::size_t> by_number(std::string_view label, std::size_t columns) {
    if (label.empty()) return columns - 1;
    const auto wanted = number<std::int64_t>(label);
    const auto all = static_cast<std::int64_t>(columns);
    if (!wanted || *wanted == 0 || *wanted > all || *wanted < -all) return std::nullopt;
    return static_cast<std::size_t>(*wanted > 0 ? *wanted - 1 : all + *wanted);
}

class TableReader {
  public:
    TableReader(const std::filesystem::path& path, std::string_view label) : records_(path), label_(label) {
        table_.path = path.string();
    }

    CsvTable read() {
        if (records_.next()) {
            begin(records_.fields());
            while (!at_end_) take();
        }
        if (table_.samples() == 0) throw FormatError(table_.path + ": no line of numbers in it");
        return std::move(table_);
    }

  private:
    /// Finds the label's column and whether the first record, which is at hand, is a header.
    void begin(const Fields& first) {
        table_.separator = records_.separator();
        table_.columns = first.size();
        first_line_ = records_.line();
        if (first.size() < 2) {
            records_.fail("one column; values and a class are needed, separated by commas, semicolons or tabs");
        }
        const bool by_name = !label_.empty() && !all_numbers(first) && std::ranges::count(first, label_) == 1;
        const std::optional<std::size_t> column =
            by_name ? static_cast<std::size_t>(std::ranges::find(first, label_) - first.begin())
                    : by_number(label_, first.size());
        if (!column) fail_label(first);
        table_.label_column = *column;
        if (by_name || is_header(first)) take_header();
    }

    bool all_numbers(const Fields& fields) const { return std::ranges::all_of(fields, is_number); }

    /// Where the label and every other cell is text, or the next line shows that the label's column holds numbers.
    bool is_header(const Fields& first) {
        if (is_number(first[table_.label_column])) return false;
        bool only_text = true;
        for (std::size_t c = 0; c < first.size(); ++c) only_text = only_text && !is_number(first[c]);
        if (only_text) return true;
        CsvRecords ahead(table_.path);
        if (!ahead.next() || !ahead.next()) return false;
        return ahead.fields().size() > table_.label_column && is_number(ahead.fields()[table_.label_column]);
    }

    void take_header() {
        table_.header = records_.fields();
        at_end_ = !records_.next();
    }

    [[noreturn]] void fail_label(const Fields& first) const {
        const bool has_names = std::ranges::none_of(first, is_number);
        std::vector<std::string> names;
        for (const std::string& name : first) names.push_back(shown_cell(name));
        constexpr std::size_t most = 20;
        const std::size_t more = names.size() > most ? names.size() - most : 0;
        names.resize(names.size() - more);
        throw ConfigError("data.label = \"" + shown_cell(label_) + "\": " + table_.path + " has " +
                          std::to_string(first.size()) + " columns" +
                          (has_names ? ": " + join(names) + (more > 0 ? " and " + std::to_string(more) + " more" : "") +
                                           "." + did_you_mean(label_, names)
                                     : " and no header; give the number of one, from 1"));
    }

    void take() {
        const Fields& fields = records_.fields();
        if (fields.size() != table_.columns) {
            records_.fail(std::to_string(fields.size()) + " columns, but line " + std::to_string(first_line_) +
                          " has " + std::to_string(table_.columns));
        }
        for (std::size_t c = 0; c < fields.size(); ++c) {
            if (c == table_.label_column) {
                take_label(fields[c]);
            } else {
                table_.values.push_back(value(fields[c], c));
            }
        }
        at_end_ = !records_.next();
    }

    float value(const std::string& field, std::size_t column) const {
        if (field.empty()) fail_cell(column, field, "is empty; every cell needs a number");
        const std::optional<double> parsed = number<double>(field);
        const auto narrow = static_cast<float>(parsed.value_or(std::nan("")));
        if (!std::isfinite(narrow)) {
            const bool decimal_comma = records_.separator() != ',' && field.find(',') != std::string::npos;
            fail_cell(column, field,
                      std::string("is not a finite number") + (decimal_comma ? " (decimals are written 1.5)" : ""));
        }
        return narrow;
    }

    void take_label(const std::string& field) {
        if (table_.samples() == 0) text_ = !field.empty() && !is_number(field);
        if (field.empty()) fail_cell(table_.label_column, field, "is empty; every sample needs a label");
        if (text_) {
            table_.text_labels.push_back(field);
            return;
        }
        const double parsed = number<double>(field).value_or(-1.0);
        const bool valid = parsed >= 0.0 && parsed < most_classes && parsed == std::floor(parsed);
        if (!valid) {
            fail_cell(table_.label_column, field,
                      "is not a class: labels are integers from 0 to 65535, or all of them text" +
                          std::string(label_.empty() ? "; the last column holds them, or that of data.label" : ""));
        }
        table_.labels.push_back(static_cast<std::uint32_t>(parsed));
    }

    [[noreturn]] void fail_cell(std::size_t column, const std::string& field, const std::string& what) const {
        records_.fail(column + 1, "'" + shown_cell(field) + "' " + what);
    }

    CsvRecords records_;
    std::string label_;
    CsvTable table_;
    std::size_t first_line_ = 0;
    bool at_end_ = false;
    bool text_ = false;  // the labels
};

}  // namespace

std::string CsvTable::label_place() const {
    const std::string number = std::to_string(label_column + 1);
    const std::string name = header.empty() ? "" : " ('" + shown_cell(header[label_column]) + "')";
    return (label_column + 1 == columns ? "the last column, " + number : "column " + number) + name;
}

CsvTable read_csv_table(const std::filesystem::path& path, std::string_view label) {
    return TableReader(path, label).read();
}

}  // namespace espalier::data
