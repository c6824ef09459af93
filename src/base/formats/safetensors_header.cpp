#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include <espalier/base/formats/safetensors_header.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>

namespace espalier {
namespace {

constexpr std::size_t most_tensors = 100'000;
constexpr std::size_t most_entries = 32;
constexpr std::size_t longest_name = 1000;
constexpr const char* metadata_key = "__metadata__";

/// Listens to the parser. Depth 1 is the list of tensors, 2 the fields of one, and deeper there is only an array.
class JsonHeaderReader : public nlohmann::json_sax<nlohmann::json> {
  public:
    explicit JsonHeaderReader(const std::string& where) : where_(where) {}

    SafetensorsHeader take() { return {std::move(entries_), std::move(metadata_)}; }

    bool start_object(std::size_t /*count*/) override {
        if (depth_ == 2 || in_array_) fail("holds an object where there is none in the format");
        if (++depth_ == 2) fields_.clear();
        return true;
    }
    bool end_object() override {
        if (depth_ == 2 && name_ != metadata_key) finish_tensor();
        --depth_;
        return true;
    }
    bool key(string_t& key) override {
        if (depth_ == 1) return begin_tensor(key);
        if (!fields_.insert(key).second) fail("key '" + excerpt(key) + "' is there twice");
        const bool is_known = key == "dtype" || key == "shape" || key == "data_offsets";
        if (name_ != metadata_key && !is_known) fail("key '" + excerpt(key) + "' is unknown");
        field_ = key;
        return true;
    }
    bool start_array(std::size_t /*count*/) override {
        if (in_array_ || !expects("shape", "data_offsets")) fail("holds an array where there is none in the format");
        in_array_ = true;
        return true;
    }
    bool end_array() override {
        in_array_ = false;
        return true;
    }
    bool number_unsigned(number_unsigned_t value) override {
        if (!in_array_) fail("holds a number where there is none in the format");
        std::vector<std::size_t>& list = field_ == "shape" ? entries_.back().shape : offsets_;
        if (list.size() == most_entries) fail("'" + excerpt(field_) + "' has more than 32 entries");
        list.push_back(value);
        return true;
    }
    bool string(string_t& text) override {
        if (depth_ == 2 && !in_array_ && name_ == metadata_key) {
            metadata_[field_] = text;
            return true;
        }
        if (in_array_ || !expects("dtype", "dtype")) fail("holds a string where there is none in the format");
        entries_.back().type = text;
        return true;
    }
    bool number_integer(number_integer_t /*value*/) override {
        fail("'" + excerpt(field_) + "' holds a negative number");
    }
    bool number_float(number_float_t /*value*/, const string_t& text) override {
        fail("'" + excerpt(field_) + "' holds " + text.substr(0, 40) + ", which is no size");
    }
    bool boolean(bool /*value*/) override { fail("holds true or false where there is none in the format"); }
    bool null() override { fail("holds null where there is none in the format"); }
    bool binary(binary_t& /*value*/) override { fail("holds bytes"); }
    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::json::exception& /*error*/) override {
        throw FormatError(where_ + ": the header is no JSON, from its byte " + std::to_string(position) + " on");
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw FormatError(where_ + (depth_ > 0 && !name_.empty() ? ": '" + name_ + "'" : ": header") + ": " + what);
    }
    /// True where the value to come is that of one of these fields of a tensor.
    bool expects(const std::string& a, const std::string& b) const {
        return depth_ == 2 && name_ != metadata_key && (field_ == a || field_ == b);
    }
    bool begin_tensor(const std::string& name) {
        const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
        if (name.empty() || name.size() > longest_name || std::ranges::any_of(name, is_control)) {
            throw FormatError(where_ + ": header: a tensor's name is empty, too long or has control characters");
        }
        if (!names_.insert(name).second) throw FormatError(where_ + ": '" + name + "' is there twice");
        if (names_.size() > most_tensors) throw FormatError(where_ + ": more than 100000 tensors");
        name_ = name;
        field_.clear();
        offsets_.clear();
        if (name != metadata_key) entries_.push_back({.name = name, .type = {}, .shape = {}});
        return true;
    }
    void finish_tensor() {
        if (fields_.size() != 3) fail("'dtype', 'shape' and 'data_offsets' are needed");
        if (offsets_.size() != 2) {
            fail("'data_offsets' are two, not " + std::to_string(offsets_.size()));
        }
        entries_.back().begin = offsets_[0];
        entries_.back().end = offsets_[1];
    }

    const std::string& where_;
    std::vector<SafetensorsEntry> entries_;
    std::map<std::string, std::string> metadata_;
    std::set<std::string> names_;
    std::set<std::string> fields_;  ///< of the tensor being read
    std::string name_;
    std::string field_;
    std::vector<std::size_t> offsets_;
    int depth_ = 0;
    bool in_array_ = false;
};

}  // namespace

std::size_t safetensors_width(const std::string& type) {
    constexpr std::array<std::pair<const char*, std::size_t>, 15> widths{{{"BOOL", 1},
                                                                          {"U8", 1},
                                                                          {"I8", 1},
                                                                          {"F8_E5M2", 1},
                                                                          {"F8_E4M3", 1},
                                                                          {"I16", 2},
                                                                          {"U16", 2},
                                                                          {"F16", 2},
                                                                          {"BF16", 2},
                                                                          {"I32", 4},
                                                                          {"U32", 4},
                                                                          {"F32", 4},
                                                                          {"F64", 8},
                                                                          {"I64", 8},
                                                                          {"U64", 8}}};
    const auto found = std::ranges::find_if(widths, [&](const auto& entry) { return type == entry.first; });
    return found == widths.end() ? 0 : found->second;
}

SafetensorsHeader parse_safetensors_header(std::string_view text, const std::string& where) {
    JsonHeaderReader reader(where);
    nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
    return reader.take();
}

}  // namespace espalier
