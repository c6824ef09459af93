#include <bit>

#include <espalier/base/formats/crc32c.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/logs/event_record.hpp>

namespace espalier::training {
namespace {

constexpr std::size_t length_size = 8;
constexpr std::size_t sum_size = 4;

/// Keys of protobuf: number of the field * 8 + how it is stored (0 varint, 1 eight bytes, 2 counted bytes, 5 four).
constexpr char key_of_wall_time = 1 * 8 + 1;
constexpr char key_of_step = 2 * 8 + 0;
constexpr char key_of_file_version = 3 * 8 + 2;
constexpr char key_of_summary = 5 * 8 + 2;
constexpr char key_of_session_log = 7 * 8 + 2;
constexpr char key_of_value = 1 * 8 + 2;         // of Summary
constexpr char key_of_tag = 1 * 8 + 2;           // of Summary.Value
constexpr char key_of_simple_value = 2 * 8 + 5;  // of Summary.Value
constexpr char key_of_status = 1 * 8 + 0;        // of SessionLog
constexpr char status_start = 1;

template <class Bits>
void put_little_endian(std::string& out, Bits bits) {
    for (std::size_t byte = 0; byte < sizeof bits; ++byte) out += static_cast<char>((bits >> (8 * byte)) & 0xFFU);
}

template <class Bits>
Bits little_endian_at(std::string_view bytes) {
    Bits bits = 0;
    for (std::size_t byte = 0; byte < sizeof bits; ++byte) {
        bits |= static_cast<Bits>(static_cast<unsigned char>(bytes[byte])) << (8 * byte);
    }
    return bits;
}

void put_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80U; value >>= 7) out += static_cast<char>((value & 0x7FU) | 0x80U);
    out += static_cast<char>(value);
}

void put_counted(std::string& out, char key, std::string_view bytes) {
    out += key;
    put_varint(out, bytes.size());
    out += bytes;
}

/// An event with its time and, as proto3 has it, a step where it is not 0.
std::string event_at(double wall_time, std::int64_t step) {
    std::string event(1, key_of_wall_time);
    put_little_endian(event, std::bit_cast<std::uint64_t>(wall_time));
    if (step == 0) return event;
    event += key_of_step;
    put_varint(event, static_cast<std::uint64_t>(step));
    return event;
}

/// Sums of sums are to be no sums: a file of records may be the data of a record.
std::uint32_t masked_sum(std::uint32_t sum) {
    return std::rotr(sum, 15) + 0xA282EAD8U;
}

void require_sum(std::string_view bytes, std::string_view stored, const char* what) {
    if (masked_sum(crc32c(bytes)) != little_endian_at<std::uint32_t>(stored)) {
        throw FormatError(std::string("the checksum of a record's ") + what + " is wrong");
    }
}

}  // namespace

std::string record_of(std::string_view data) {
    std::string record;
    put_little_endian(record, static_cast<std::uint64_t>(data.size()));
    put_little_endian(record, masked_sum(crc32c(record)));
    record += data;
    put_little_endian(record, masked_sum(crc32c(data)));
    return record;
}

std::string version_event(double wall_time) {
    std::string event = event_at(wall_time, 0);
    put_counted(event, key_of_file_version, "brain.Event:2");
    return event;
}

std::string scalars_event(double wall_time, std::int64_t step,
                          const std::vector<std::pair<std::string, double>>& values) {
    std::string summary;
    for (const auto& [tag, value] : values) {
        std::string entry;
        put_counted(entry, key_of_tag, tag);
        entry += key_of_simple_value;
        put_little_endian(entry, std::bit_cast<std::uint32_t>(static_cast<float>(value)));
        put_counted(summary, key_of_value, entry);
    }
    std::string event = event_at(wall_time, step);
    put_counted(event, key_of_summary, summary);
    return event;
}

std::string restart_event(double wall_time, std::int64_t step) {
    std::string event = event_at(wall_time, step);
    put_counted(event, key_of_session_log, std::string{key_of_status, status_start});
    return event;
}

std::optional<Record> read_record(std::string_view file, std::size_t begin) {
    std::string_view rest = file.substr(begin);
    if (rest.size() < length_size + sum_size) return std::nullopt;
    require_sum(rest.substr(0, length_size), rest.substr(length_size), "length");
    const auto length = little_endian_at<std::uint64_t>(rest);
    rest.remove_prefix(length_size + sum_size);
    if (rest.size() < sum_size || rest.size() - sum_size < length) return std::nullopt;
    const std::string_view data = rest.substr(0, length);
    require_sum(data, rest.substr(length), "data");
    return Record{data, begin + length_size + sum_size + length + sum_size};
}

std::int64_t step_of_event(std::string_view event) {
    const auto next = [&] {
        if (event.empty()) throw FormatError("an event is cut short");
        const char byte = event.front();
        event.remove_prefix(1);
        return static_cast<unsigned char>(byte);
    };
    if (event.starts_with(key_of_wall_time)) {
        if (event.size() < 9) throw FormatError("an event is cut short");
        event.remove_prefix(9);
    }
    if (!event.starts_with(key_of_step)) return 0;
    next();
    std::uint64_t step = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        const auto byte = next();
        step |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80U) return static_cast<std::int64_t>(step);
    }
    throw FormatError("an event's step has too many bytes");
}

}  // namespace espalier::training
