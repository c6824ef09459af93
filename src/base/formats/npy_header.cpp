#include <algorithm>
#include <charconv>
#include <optional>

#include <espalier/base/formats/npy_header.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>

namespace espalier {
namespace {

constexpr std::size_t most_npy_dimensions = 32;  // as NumPy

class NpyHeaderReader {
  public:
    NpyHeaderReader(std::string_view text, const std::string& where) : text_(text), where_(where) {}

    NpyHeader read() {
        expect('{');
        while (!accept('}')) {
            read_entry();
            if (!accept(',') && next() != '}') fail("',' or '}' is missing");
        }
        if (!text_.empty() && next() != '\0') fail("text after the dictionary");
        if (!type_ || !fortran_order_ || !shape_) fail("'descr', 'fortran_order' and 'shape' are needed");
        return {*type_, *fortran_order_, *shape_};
    }

  private:
    [[noreturn]] void fail(const std::string& what) const { throw FormatError(where_ + ": bad .npy header: " + what); }

    /// The next character that is no blank; 0 at the end.
    char next() {
        text_.remove_prefix(std::min(text_.find_first_not_of(" \n\t"), text_.size()));
        return text_.empty() ? '\0' : text_.front();
    }
    bool accept(char wanted) {
        if (next() != wanted) return false;
        text_.remove_prefix(1);
        return true;
    }
    void expect(char wanted) {
        if (!accept(wanted)) fail(std::string("'") + wanted + "' is missing");
    }
    bool accept_word(std::string_view word) {
        next();
        if (!text_.starts_with(word)) return false;
        text_.remove_prefix(word.size());
        return true;
    }

    std::string read_string() {
        const char quote = next();
        if (quote == '[') fail("structured arrays are not read");
        if (quote != '\'' && quote != '"') fail("a string is missing");
        const std::size_t end = text_.find(quote, 1);
        if (end == std::string_view::npos) fail("a string does not end");
        std::string value(text_.substr(1, end - 1));
        text_.remove_prefix(end + 1);
        return value;
    }
    std::size_t read_size() {
        next();
        std::size_t value = 0;
        const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
        if (error != std::errc()) fail("'shape' holds something that is no size");
        text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
        return value;
    }
    std::vector<std::size_t> read_shape() {
        std::vector<std::size_t> shape;
        expect('(');
        while (!accept(')')) {
            if (shape.size() == most_npy_dimensions) fail("more than 32 dimensions");
            shape.push_back(read_size());
            if (!accept(',') && next() != ')') fail("'shape' is not a tuple");
        }
        return shape;
    }
    bool read_bool() {
        if (accept_word("True")) return true;
        if (!accept_word("False")) fail("'fortran_order' must be True or False");
        return false;
    }
    void read_entry() {
        const std::string key = read_string();
        expect(':');
        if (key == "descr" && !type_) {
            type_ = read_string();
        } else if (key == "fortran_order" && !fortran_order_) {
            fortran_order_ = read_bool();
        } else if (key == "shape" && !shape_) {
            shape_ = read_shape();
        } else {
            fail("key '" + excerpt(key) + "' is unknown or there twice");
        }
    }

    std::string_view text_;
    const std::string& where_;
    std::optional<std::string> type_;
    std::optional<bool> fortran_order_;
    std::optional<std::vector<std::size_t>> shape_;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text, const std::string& where) {
    return NpyHeaderReader(text, where).read();
}

}  // namespace espalier
