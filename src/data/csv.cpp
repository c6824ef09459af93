#include <algorithm>
#include <array>
#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/data/csv.hpp>
#include <espalier/data/csv_records.hpp>
#include <espalier/data/csv_table.hpp>

namespace espalier::data {
namespace {

bool is_plain_train(const std::filesystem::path& train) {
    return train.filename() == "train.csv";
}

/// Where csv_test_path looks.
std::string looked_for(const std::filesystem::path& train) {
    const std::filesystem::path folder = train.parent_path();
    return (folder / (train.stem().string() + "-test.csv")).string() +
           (is_plain_train(train) ? " and " + (folder / "test.csv").string() : "");
}

/// The one column that its name calls the label, from 0.
std::optional<std::size_t> column_called_label(const CsvTable& table) {
    constexpr std::array names = {"label", "labels", "class", "target", "y"};
    std::optional<std::size_t> found;
    for (std::size_t c = 0; c < table.header.size(); ++c) {
        std::string name = table.header[c];
        std::ranges::transform(name, name.begin(),
                               [](char l) { return l >= 'A' && l <= 'Z' ? char(l - 'A' + 'a') : l; });
        if (std::ranges::find(names, name) == names.end()) continue;
        if (found || c == table.label_column) return std::nullopt;
        found = c;
    }
    return found;
}

/// "; its labels are the last column, 26 ('pixel24'); data.label names another, such as "label" (column 1)".
std::string labels_from(const CsvTable& table) {
    const std::optional<std::size_t> other = column_called_label(table);
    return "; its labels are " + table.label_place() + "; data.label names another" +
           (other ? ", such as \"" + shown_cell(table.header[*other]) + "\" (column " + std::to_string(*other + 1) + ")"
                  : "");
}

/// Text labels in sorted order, each once.
std::vector<std::string> classes_of(const CsvTable& table) {
    std::vector<std::string> classes = table.text_labels;
    std::ranges::sort(classes);
    classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
    return classes;
}

std::string numbering(const CsvTable& table, const std::vector<std::string>& classes) {
    constexpr std::size_t most = 10;
    std::vector<std::string> words;
    for (std::size_t k = 0; k < std::min(most, classes.size()); ++k) {
        words.push_back(shown_cell(classes[k]) + " = " + std::to_string(k));
    }
    const std::string more = classes.size() > most ? " and " + std::to_string(classes.size() - most) + " more" : "";
    return table.path + ": the labels of " + table.label_place() + " are numbered " + join(words) + more;
}

void remark(const CsvTable& table, std::string_view label, std::vector<std::string>& remarks) {
    if (table.separator != ',') {
        remarks.push_back(table.path + ": columns are separated by " +
                          (table.separator == ';' ? "semicolons" : "tabs"));
    }
    if (label.empty() && column_called_label(table))
        remarks.push_back(table.path + ": " + labels_from(table).substr(2));
}

/// Numbers of the labels among the training set's classes.
std::vector<std::uint32_t> numbered(const CsvTable& table, const std::vector<std::string>& classes) {
    std::vector<std::uint32_t> labels;
    labels.reserve(table.text_labels.size());
    for (const std::string& label : table.text_labels) {
        const auto at = std::ranges::lower_bound(classes, label);
        if (at == classes.end() || *at != label) {
            throw FormatError(table.path + ": label '" + shown_cell(label) + "' of sample " +
                              std::to_string(labels.size()) + " (counted from 0) is no class of the training set");
        }
        labels.push_back(static_cast<std::uint32_t>(at - classes.begin()));
    }
    return labels;
}

Examples examples(CsvTable& table, const std::vector<std::string>& classes) {
    Examples all{.count = table.samples(), .features = table.columns - 1, .values = {}, .labels = {}};
    all.labels = table.has_text_labels() ? numbered(table, classes) : std::move(table.labels);
    all.values = std::move(table.values);
    return all;
}

void require_same_columns(const CsvTable& test, const CsvTable& train) {
    if (test.columns != train.columns) {
        throw FormatError(test.path + ": " + std::to_string(test.columns) + " columns, but " + train.path + " has " +
                          std::to_string(train.columns));
    }
    if (test.has_text_labels() != train.has_text_labels()) {
        throw FormatError(test.path + ": labels are " + (test.has_text_labels() ? "text" : "numbers") +
                          ", but those of " + train.path + " are " + (train.has_text_labels() ? "text" : "numbers"));
    }
    if (test.header.empty() || train.header.empty()) return;
    const auto [a, b] = std::ranges::mismatch(test.header, train.header);
    if (a == test.header.end()) return;
    throw FormatError(test.path + ": column " + std::to_string(a - test.header.begin() + 1) + " is '" + shown_cell(*a) +
                      "', but '" + shown_cell(*b) + "' in " + train.path);
}

}  // namespace

std::filesystem::path csv_test_path(const std::filesystem::path& train) {
    std::error_code ignored;
    if (!std::filesystem::exists(train, ignored)) throw ConfigError("dataset " + train.string() + ": no such file");
    const std::filesystem::path folder = train.parent_path();
    std::filesystem::path beside = folder / (train.stem().string() + "-test.csv");
    if (std::filesystem::exists(beside, ignored)) return beside;
    if (is_plain_train(train) && std::filesystem::exists(folder / "test.csv", ignored)) return folder / "test.csv";
    return {};
}

Dataset load_csv(const std::filesystem::path& train, std::string_view label) {
    const std::filesystem::path test = csv_test_path(train);
    CsvTable table = read_csv_table(train, label);
    const std::vector<std::string> classes = classes_of(table);
    Dataset dataset{.name = train.string(), .shape = {}, .train = {}, .test = {}};
    remark(table, label, dataset.remarks);
    if (!classes.empty()) dataset.remarks.push_back(numbering(table, classes));
    dataset.labels_from = labels_from(table);
    dataset.train = examples(table, classes);
    dataset.shape.channels = dataset.train.features;
    dataset.classes = std::ranges::max(dataset.train.labels) + 1;
    if (test.empty()) {
        dataset.test_missing = looked_for(train);
        return dataset;
    }
    CsvTable tested = read_csv_table(test, label);
    require_same_columns(tested, table);
    dataset.test = examples(tested, classes);
    require_labels_below(dataset.test.labels, dataset.classes, test.string());
    return dataset;
}

}  // namespace espalier::data
