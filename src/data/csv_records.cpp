#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/data/csv_records.hpp>

namespace espalier::data {
namespace {

constexpr std::string_view blanks = " \t\r";

bool is_blank(char c) {
    return blanks.find(c) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::string shown_cell(std::string_view text) {
    constexpr std::size_t most = 40;
    std::string shown(text.substr(0, most));
    std::ranges::replace_if(
        shown, [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
    return shown;
}

CsvRecords::CsvRecords(const std::filesystem::path& path) : path_(path.string()), file_(path) {
    if (!file_) throw_errno("cannot read", path_);
}

bool CsvRecords::read_line() {
    std::string line;
    if (!std::getline(file_, line)) {
        if (file_.bad()) throw_errno("cannot read", path_);
        return false;
    }
    ++line_;
    if (line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    text_ += line;
    return true;
}

bool CsvRecords::next() {
    do {
        text_.clear();
        if (!read_line()) return false;
    } while (trimmed(text_).empty());
    first_line_ = line_;
    if (separator_ == '\0') find_separator();
    split();
    return true;
}

void CsvRecords::find_separator() {
    bool quoted = false;
    bool has_tab = false;
    bool has_comma = false;
    separator_ = ',';
    for (const char c : trimmed(text_)) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == ';') separator_ = ';';
        if (c == '\t') has_tab = true;
        if (c == ',') has_comma = true;
    }
    if (separator_ == ',' && has_tab && !has_comma) separator_ = '\t';
}

std::string& CsvRecords::field(std::size_t number) {
    if (fields_.size() == number) fields_.emplace_back();
    return fields_[number];
}

void CsvRecords::split() {
    std::size_t at = 0;
    std::size_t number = 0;
    while (true) {
        std::string& now = field(number++);
        std::size_t begin = at;
        while (begin < text_.size() && is_blank(text_[begin]) && text_[begin] != separator_) ++begin;
        if (begin < text_.size() && text_[begin] == '"') {
            at = begin + 1;
            fields_.resize(number);  // for the column of an error
            take_quoted(at, fields_.back());
        } else {
            const std::size_t end = std::min(text_.find(separator_, at), text_.size());
            now = trimmed(std::string_view(text_).substr(at, end - at));
            at = end;
        }
        if (at >= text_.size()) break;
        ++at;  // the separator
    }
    fields_.resize(number);
}

/// From behind the opening quote to the separator behind the closing one.
void CsvRecords::take_quoted(std::size_t& at, std::string& field) {
    field.clear();
    std::size_t from = at;  // what was looked at is not looked at again, however many lines the field has
    while (true) {
        const std::size_t quote = text_.find('"', from);
        if (quote == std::string::npos) {
            from = text_.size();
            text_ += '\n';
            if (!read_line()) fail(fields_.size(), "a quote is opened and not closed");
            continue;
        }
        field.append(text_, at, quote - at);
        at = from = quote + 1;
        if (at >= text_.size() || text_[at] != '"') break;
        field += '"';
        from = ++at;
    }
    while (at < text_.size() && is_blank(text_[at]) && text_[at] != separator_) ++at;
    if (at < text_.size() && text_[at] != separator_) {
        fail(fields_.size(), "text behind a closed quote; a quote within quotes is written \"\"");
    }
}

void CsvRecords::fail(std::size_t column, const std::string& what) const {
    throw FormatError(path_ + ": line " + std::to_string(first_line_) + ", column " + std::to_string(column) + ": " +
                      what);
}

void CsvRecords::fail(const std::string& what) const {
    throw FormatError(path_ + ": line " + std::to_string(first_line_) + ": " + what);
}

}  // namespace espalier::data
