#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>
#include <string_view>

#include <espalier/base/error.hpp>
#include <espalier/data/csv.hpp>

namespace espalier::data {
namespace {

constexpr double most_classes = 65536;  // a larger label is no class but a mistake, and would make a huge last layer
constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<double> number(std::string_view field) {
    double value = 0.0;
    const auto [end, failed] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (failed != std::errc{} || end != field.data() + field.size()) return std::nullopt;
    return value;
}

/// Reads line after line into examples; knows where it is, for errors.
class Reader {
  public:
    explicit Reader(std::filesystem::path path) : path_(std::move(path)) {}

    Examples read() {
        std::ifstream file(path_);
        if (!file) throw_errno("cannot read", path_.string());
        std::string line;
        while (std::getline(file, line)) {
            ++line_;
            if (line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
            const std::string_view text = trimmed(line);
            if (text.empty() || (line_ == 1 && is_header(text))) continue;
            take(text);
        }
        if (file.bad()) throw_errno("cannot read", path_.string());
        if (examples_.labels.empty()) throw FormatError(path_.string() + ": no line of numbers in it");
        examples_.count = examples_.labels.size();
        examples_.values = std::move(values_);
        return std::move(examples_);
    }

  private:
    static bool is_header(std::string_view text) {
        const std::size_t comma = text.rfind(',');
        const std::string_view last = comma == std::string_view::npos ? text : text.substr(comma + 1);
        return !number(trimmed(last)).has_value();
    }

    void take(std::string_view text) {
        const auto columns = static_cast<std::size_t>(std::ranges::count(text, ',')) + 1;
        require_columns(columns);
        for (std::size_t column = 1; column <= columns; ++column) {
            const std::size_t comma = text.find(',');
            const std::string_view field = trimmed(text.substr(0, comma));
            text.remove_prefix(column == columns ? text.size() : comma + 1);
            if (column == columns) {
                examples_.labels.push_back(label(field, column));
            } else {
                values_.push_back(value(field, column));
            }
        }
    }

    void require_columns(std::size_t columns) {
        if (columns < 2) fail("", "one column; values and, last, a class are needed, separated by commas");
        if (first_line_ == 0) {
            first_line_ = line_;
            examples_.features = columns - 1;
        }
        if (columns == examples_.features + 1) return;
        fail("", std::to_string(columns) + " columns, but line " + std::to_string(first_line_) + " has " +
                     std::to_string(examples_.features + 1));
    }

    float value(std::string_view field, std::size_t column) const {
        const std::optional<double> parsed = number(field);
        const auto narrow = static_cast<float>(parsed.value_or(std::nan("")));
        if (!std::isfinite(narrow)) fail_field(column, field, "is not a finite number");
        return narrow;
    }

    std::uint32_t label(std::string_view field, std::size_t column) const {
        const double parsed = number(field).value_or(-1.0);
        const bool valid = parsed >= 0.0 && parsed < most_classes && parsed == std::floor(parsed);
        if (!valid) fail_field(column, field, "is not a class; the last column holds integers from 0 to 65535");
        return static_cast<std::uint32_t>(parsed);
    }

    [[noreturn]] void fail_field(std::size_t column, std::string_view field, const std::string& what) const {
        constexpr std::size_t shown = 40;
        std::string text(field.substr(0, shown));
        std::ranges::replace_if(
            text, [](unsigned char c) { return c < ' '; }, '?');  // an error is one line
        fail(", column " + std::to_string(column), "'" + text + "' " + what);
    }
    [[noreturn]] void fail(const std::string& column, const std::string& what) const {
        throw FormatError(path_.string() + ": line " + std::to_string(line_) + column + ": " + what);
    }

    std::filesystem::path path_;
    std::size_t line_ = 0;
    std::size_t first_line_ = 0;  // of numbers
    std::vector<float> values_;
    Examples examples_;
};

}  // namespace

Examples read_csv(const std::filesystem::path& path) {
    return Reader(path).read();
}

std::filesystem::path csv_test_path(const std::filesystem::path& train) {
    std::error_code ignored;
    if (!std::filesystem::exists(train, ignored)) throw ConfigError("dataset " + train.string() + ": no such file");
    const std::filesystem::path folder = train.parent_path();
    std::filesystem::path beside = folder / (train.stem().string() + "-test.csv");
    if (std::filesystem::exists(beside, ignored)) return beside;
    const bool is_train = train.filename() == "train.csv";
    if (is_train && std::filesystem::exists(folder / "test.csv", ignored)) return folder / "test.csv";
    throw ConfigError("dataset " + train.string() + ": its test set is missing; it is looked for as " +
                      beside.string() + (is_train ? " and " + (folder / "test.csv").string() : ""));
}

Dataset load_csv(const std::filesystem::path& train) {
    const std::filesystem::path test = csv_test_path(train);
    Dataset dataset{.name = train.string(), .shape = {}, .train = read_csv(train), .test = read_csv(test)};
    if (dataset.test.features != dataset.train.features) {
        throw FormatError(test.string() + ": " + std::to_string(dataset.test.features + 1) + " columns, but " +
                          train.string() + " has " + std::to_string(dataset.train.features + 1));
    }
    dataset.shape.channels = dataset.train.features;
    dataset.classes = std::ranges::max(dataset.train.labels) + 1;
    require_labels_below(dataset.test.labels, dataset.classes, test.string());
    return dataset;
}

}  // namespace espalier::data
