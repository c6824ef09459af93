#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include <zlib.h>

#include <espalier/base/text/error.hpp>
#include <espalier/training/run/run_journal.hpp>

namespace espalier::training {
namespace {

/// What a record is about; its first byte. Then uint64 size of the body, and the body by zlib.
enum class Kind : std::uint8_t { rows = 'r', snapshot = 's', layer = 'l' };

constexpr std::size_t head_bytes = 1 + sizeof(std::uint64_t);
constexpr std::size_t largest_ratio = 1032;  // zlib's
constexpr int level = 1;

using Bytes = std::vector<std::byte>;

std::size_t width(hdf5::Type type) {
    constexpr std::array<std::size_t, 7> bytes = {1, 4, 8, 4, 8, 4, 8};
    const auto index = static_cast<std::size_t>(type);
    if (index >= bytes.size()) throw FormatError("an array of unknown type");
    return bytes[index];
}

/// The first bytes of all elements, then the second ones, ...: alike bytes stand together, which zlib likes.
Bytes shuffled(std::span<const std::byte> bytes, std::size_t width) {
    const std::size_t count = bytes.size() / width;
    Bytes result(bytes.size());
    for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t byte = 0; byte < width; ++byte) result[byte * count + k] = bytes[k * width + byte];
    }
    return result;
}

Bytes unshuffled(std::span<const std::byte> bytes, std::size_t width) {
    const std::size_t count = bytes.size() / width;
    Bytes result(bytes.size());
    for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t byte = 0; byte < width; ++byte) result[k * width + byte] = bytes[byte * count + k];
    }
    return result;
}

class Encoder {
  public:
    void number(std::uint64_t value) {
        for (std::size_t k = 0; k < sizeof value; ++k) body_.push_back(static_cast<std::byte>(value >> (8 * k)));
    }
    void signed_number(std::int64_t value) { number(static_cast<std::uint64_t>(value)); }
    void real(double value) { number(std::bit_cast<std::uint64_t>(value)); }
    void bytes(std::span<const std::byte> bytes) {
        number(bytes.size());
        body_.insert(body_.end(), bytes.begin(), bytes.end());
    }
    void text(const std::string& text) { bytes(std::as_bytes(std::span(text))); }

    Bytes record(Kind kind) const {
        uLongf compressed = compressBound(body_.size());
        Bytes record(head_bytes + compressed);
        record[0] = static_cast<std::byte>(kind);
        for (std::size_t k = 0; k < 8; ++k) record[1 + k] = static_cast<std::byte>(body_.size() >> (8 * k));
        compress2(reinterpret_cast<Bytef*>(record.data() + head_bytes), &compressed,
                  reinterpret_cast<const Bytef*>(body_.data()), body_.size(), level);
        record.resize(head_bytes + compressed);
        return record;
    }

  private:
    Bytes body_;
};

/// Reads what Encoder wrote; its checksum is right, so that only a file of another version or maker is refused here.
class Decoder {
  public:
    explicit Decoder(Bytes body) : body_(std::move(body)) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        const std::span<const std::byte> bytes = take(sizeof value);
        for (std::size_t k = bytes.size(); k-- > 0;) value = value << 8 | static_cast<std::uint64_t>(bytes[k]);
        return value;
    }
    std::int64_t signed_number() { return static_cast<std::int64_t>(number()); }
    double real() { return std::bit_cast<double>(number()); }
    std::span<const std::byte> bytes() { return take(number()); }
    std::string text() {
        const std::span<const std::byte> taken = bytes();
        return {reinterpret_cast<const char*>(taken.data()), taken.size()};
    }
    /// A number of things that take at least eight bytes each.
    std::size_t count() {
        const std::uint64_t count = number();
        if (count > (body_.size() - at_) / sizeof(std::uint64_t)) throw FormatError("a record that ends too early");
        return count;
    }

  private:
    std::span<const std::byte> take(std::uint64_t count) {
        if (count > body_.size() - at_) throw FormatError("a record that ends too early");
        at_ += count;
        return std::span(body_).subspan(at_ - count, count);
    }

    Bytes body_;
    std::size_t at_ = 0;
};

Bytes body_of(std::span<const std::byte> record) {
    std::uint64_t size = 0;
    if (record.size() < head_bytes) throw FormatError("a record that is too short");
    for (std::size_t k = 8; k-- > 0;) size = size << 8 | static_cast<std::uint64_t>(record[1 + k]);
    const std::span<const std::byte> compressed = record.subspan(head_bytes);
    if (size / largest_ratio > compressed.size()) throw FormatError("a record that claims too much");
    Bytes body(size);
    uLongf inflated = size;
    const int status = uncompress(reinterpret_cast<Bytef*>(body.data()), &inflated,
                                  reinterpret_cast<const Bytef*>(compressed.data()), compressed.size());
    if (status != Z_OK || inflated != size) throw FormatError("a record that cannot be inflated");
    return body;
}

void put_column(Encoder& encoder, const Column& column) {
    encoder.number(column.index());
    const auto put = [&]<class T>(const T& value) {
        if constexpr (std::is_same_v<T, double>) encoder.real(value);
        if constexpr (std::is_same_v<T, std::int64_t>) encoder.signed_number(value);
        if constexpr (std::is_same_v<T, std::string>) encoder.text(value);
    };
    std::visit(
        [&](const auto& values) {
            encoder.number(values.size());
            for (const auto& value : values) put(value);
        },
        column);
}

template <class T, class Take>
Column column_of(Decoder& decoder, const Take& take) {
    std::vector<T> values(decoder.count());
    for (T& value : values) value = take();
    return values;
}

Column take_column(Decoder& decoder) {
    switch (decoder.number()) {
        case 0:
            return column_of<double>(decoder, [&] { return decoder.real(); });
        case 1:
            return column_of<std::int64_t>(decoder, [&] { return decoder.signed_number(); });
        case 2:
            return column_of<std::string>(decoder, [&] { return decoder.text(); });
        default:
            throw FormatError("a column of unknown type");
    }
}

void show_rows(Decoder& decoder, const JournalReader& reader) {
    const std::string table = decoder.text();
    RowBlock rows{.first = decoder.number(), .columns = {}};
    for (std::size_t left = decoder.count(); left > 0; --left) {
        std::string name = decoder.text();
        rows.columns.emplace_back(std::move(name), take_column(decoder));
    }
    reader.rows(table, rows);
}

void show_layer(Decoder& decoder, const JournalReader& reader) {
    const std::int64_t step = decoder.signed_number();
    JournalLayer layer{.name = decoder.text(), .shape = {}, .arrays = {}};
    layer.shape.resize(decoder.count());
    for (std::size_t& side : layer.shape) side = decoder.number();
    for (std::size_t left = decoder.count(); left > 0; --left) {
        std::string name = decoder.text();
        const std::uint64_t number = decoder.number();
        if (number >= static_cast<std::uint64_t>(hdf5::Type::text)) throw FormatError("an array of unknown type");
        const auto type = static_cast<hdf5::Type>(number);
        const std::span<const std::byte> bytes = decoder.bytes();
        if (bytes.size() % width(type) != 0) throw FormatError("an array that ends within an element");
        layer.arrays.push_back({std::move(name), type, unshuffled(bytes, width(type))});
    }
    reader.layer(step, layer);
}

void show(std::span<const std::byte> record, const JournalReader& reader) {
    Decoder decoder(body_of(record));
    switch (static_cast<Kind>(record.front())) {
        case Kind::rows:
            return show_rows(decoder, reader);
        case Kind::snapshot:
            return reader.snapshot(decoder.signed_number());
        case Kind::layer:
            return show_layer(decoder, reader);
    }
    throw FormatError("a record of unknown kind");
}

Bytes layer_record(std::int64_t step, const SnapshotLayer& layer) {
    Encoder encoder;
    encoder.signed_number(step);
    encoder.text(layer.name);
    encoder.number(layer.shape.size());
    for (const std::size_t side : layer.shape) encoder.number(side);
    std::uint64_t arrays = 0;
    visit_arrays(layer, [&](const std::string&, const hdf5::Values&) { ++arrays; });
    encoder.number(arrays);
    visit_arrays(layer, [&](const std::string& name, const hdf5::Values& values) {
        encoder.text(name);
        encoder.number(static_cast<std::uint64_t>(values.type));
        encoder.bytes(shuffled({static_cast<const std::byte*>(values.data), values.bytes}, width(values.type)));
    });
    return encoder.record(Kind::layer);
}

}  // namespace

std::filesystem::path journal_file(const std::filesystem::path& run_file) {
    return run_file.string() + ".journal";
}

void RunJournal::add_rows(const std::string& table, const RowBlock& rows) {
    const auto is_empty = [](const auto& values) { return values.empty(); };
    if (rows.columns.empty() || std::visit(is_empty, rows.columns.front().second)) return;
    Encoder encoder;
    encoder.text(table);
    encoder.number(rows.first);
    encoder.number(rows.columns.size());
    for (const auto& [name, values] : rows.columns) {
        encoder.text(name);
        put_column(encoder, values);
    }
    log_.append(encoder.record(Kind::rows));
}

void RunJournal::add_snapshot(std::int64_t step, const std::vector<SnapshotLayer>& layers) {
    Encoder encoder;
    encoder.signed_number(step);
    log_.append(encoder.record(Kind::snapshot));
    for (const SnapshotLayer& layer : layers) log_.append(layer_record(step, layer));
}

hdf5::Values JournalLayer::Array::values() const {
    return {type, bytes.data(), bytes.size() / width(type), bytes.size()};
}

void read_journal(const std::filesystem::path& run_file, const std::string& run, const JournalReader& reader) {
    const std::filesystem::path path = journal_file(run_file);
    read_record_log(path, run, [&](std::span<const std::byte> record) {
        try {
            show(record, reader);
        } catch (const FormatError& error) {
            throw FormatError(path.string() + ": damaged: " + error.what());
        }
    });
}

}  // namespace espalier::training
