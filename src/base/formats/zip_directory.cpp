#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

#include <espalier/base/formats/zip_directory.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {
namespace {

constexpr std::uint32_t end_magic = 0x06054b50;
constexpr std::uint32_t end64_magic = 0x06064b50;
constexpr std::uint32_t locator_magic = 0x07064b50;
constexpr std::uint32_t entry_magic = 0x02014b50;
constexpr std::uint32_t local_magic = 0x04034b50;
constexpr std::size_t end_bytes = 22;
constexpr std::size_t locator_bytes = 20;
constexpr std::size_t end64_bytes = 56;
constexpr std::size_t entry_bytes = 46;
constexpr std::size_t local_bytes = 30;
constexpr std::uint64_t most_directory_bytes = 64 << 20;
constexpr std::uint64_t in_zip64 = 0xffffffff;  // "see the Zip64 record" in a field of 32 bits

/// Little-endian reads from a range of the archive, in places counted from its beginning; none can leave the range.
class ArchiveRange {
  public:
    /// @throws FormatError where the archive has no such range
    ArchiveRange(const InputFile& file, std::uint64_t begin, std::uint64_t count, const char* what)
        : file_(file), begin_(begin) {
        if (begin > file.size() || count > file.size() - begin) cut_off(what);
        bytes_ = file.read(begin, count);
    }

    [[noreturn]] void fail(const std::string& what) const { throw FormatError(file_.path() + ": " + what); }

    template <class T>
    T get(std::uint64_t at) const {
        need(at, sizeof(T), "directory");
        T value = 0;
        for (std::size_t k = 0; k < sizeof(T); ++k) {
            const auto byte = std::to_integer<std::uint64_t>(bytes_[at - begin_ + k]);
            value = static_cast<T>(value | static_cast<T>(byte << (8 * k)));
        }
        return value;
    }
    std::uint16_t u16(std::uint64_t at) const { return get<std::uint16_t>(at); }
    std::uint32_t u32(std::uint64_t at) const { return get<std::uint32_t>(at); }
    std::uint64_t u64(std::uint64_t at) const { return get<std::uint64_t>(at); }
    std::string text(std::uint64_t at, std::size_t count) const {
        need(at, count, "names");
        return {reinterpret_cast<const char*>(bytes_.data() + (at - begin_)), count};
    }

  private:
    [[noreturn]] void cut_off(const char* what) const { fail(std::string("zip archive cut off in its ") + what); }
    void need(std::uint64_t at, std::uint64_t count, const char* what) const {
        const std::uint64_t held = bytes_.size();
        if (at < begin_ || at - begin_ > held || count > held - (at - begin_)) cut_off(what);
    }

    const InputFile& file_;
    std::uint64_t begin_;
    std::vector<std::byte> bytes_;
};

[[noreturn]] void fail_at(const InputFile& file, const std::string& what) {
    throw FormatError(file.path() + ": " + what);
}

struct Directory {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t members = 0;
};

/// The end record is last; only its comment, whose length it states, may follow.
std::uint64_t find_end(const InputFile& file) {
    if (file.size() < end_bytes) fail_at(file, "not a zip archive: only " + std::to_string(file.size()) + " bytes");
    const std::uint64_t last = file.size() - end_bytes;
    const std::uint64_t first = last - std::min<std::uint64_t>(last, 0xffff);
    const ArchiveRange tail(file, first, file.size() - first, "end record");
    for (std::uint64_t at = last + 1; at-- > first;) {
        if (tail.u32(at) == end_magic && at + end_bytes + tail.u16(at + 20) == file.size()) return at;
    }
    fail_at(file, "not a zip archive, or cut off: it has no end record");
}

std::optional<Directory> find_zip64(const InputFile& file, std::uint64_t end) {
    if (end < locator_bytes) return std::nullopt;
    const std::uint64_t at = end - locator_bytes;
    const ArchiveRange locator(file, at, locator_bytes, "end record");
    if (locator.u32(at) != locator_magic) return std::nullopt;
    const std::uint64_t place = locator.u64(at + 8);
    const bool fits = place <= at && at - place >= end64_bytes;
    if (!fits || ArchiveRange(file, place, 4, "end record").u32(place) != end64_magic) {
        fail_at(file, "zip64 end record is not where its locator says");
    }
    const ArchiveRange record(file, place, end64_bytes, "end record");
    if (record.u32(place + 16) != 0 || record.u32(place + 20) != 0) fail_at(file, "zip archive in several parts");
    const std::uint64_t size = record.u64(place + 40);
    const std::uint64_t begin = record.u64(place + 48);
    if (begin > place || size != place - begin) fail_at(file, "zip directory does not end at its end record");
    return Directory{begin, place, record.u64(place + 32)};
}

Directory find_directory(const InputFile& file) {
    const std::uint64_t end = find_end(file);
    if (const auto zip64 = find_zip64(file, end)) return *zip64;
    const ArchiveRange record(file, end, end_bytes, "end record");
    if (record.u16(end + 4) != 0 || record.u16(end + 6) != 0) fail_at(file, "zip archive in several parts");
    const std::uint64_t size = record.u32(end + 12);
    const std::uint64_t begin = record.u32(end + 16);
    if (begin > end || size != end - begin) fail_at(file, "zip directory does not end at its end record");
    return {begin, end, record.u16(end + 10)};
}

/// Fields that did not fit into 32 bits follow in the Zip64 extra field, in this order, each only where needed.
void read_zip64_fields(const ArchiveRange& file, std::uint64_t at, std::uint64_t end, ZipMember& member) {
    while (end - at >= 4) {
        const std::uint16_t id = file.u16(at);
        const std::uint64_t field_end = at + 4 + file.u16(at + 2);
        if (field_end > end) file.fail("member '" + member.name + "': extra field is cut off");
        at += 4;
        if (id == 1) {
            for (std::uint64_t* field : {&member.size, &member.stored, &member.header}) {
                if (*field != in_zip64) continue;
                if (field_end - at < 8) file.fail("member '" + member.name + "': zip64 field is cut off");
                *field = file.u64(at);
                at += 8;
            }
            return;
        }
        at = field_end;
    }
}

void check_sizes(const InputFile& file, const ZipMember& member, const ZipLimits& limits) {
    const std::string name = "member '" + member.name + "': ";
    if (!member.deflated && member.size != member.stored) fail_at(file, name + "stored, but its two sizes differ");
    if (member.stored > file.size()) fail_at(file, name + "larger than the archive");
    if (!member.deflated) return;
    if (member.size > limits.inflated_bytes || member.size / limits.ratio > member.stored) {
        fail_at(file, name + std::to_string(member.stored) + " bytes cannot hold the " + std::to_string(member.size) +
                          " it claims, or they are more than the " + std::to_string(limits.inflated_bytes) +
                          " allowed");
    }
}

/// The local header repeats the entry; only where the bytes begin is taken from it.
void locate_data(const InputFile& file, ZipMember& member) {
    const std::string name = "member '" + member.name + "': ";
    const ArchiveRange header(file, member.header, local_bytes, "members");
    if (header.u32(member.header) != local_magic) fail_at(file, name + "no local header where the directory says");
    const std::size_t name_bytes = header.u16(member.header + 26);
    const std::uint64_t behind = member.header + local_bytes;
    if (name_bytes != member.name.size() ||
        ArchiveRange(file, behind, name_bytes, "members").text(behind, name_bytes) != member.name) {
        fail_at(file, name + "its local header has another name");
    }
    member.data = behind + name_bytes + header.u16(member.header + 28);
    if (member.data > file.size() || member.stored > file.size() - member.data) {
        fail_at(file, "zip archive cut off in its members");
    }
}

/// Reads one directory entry and returns where the next begins.
std::uint64_t read_entry(const ArchiveRange& file, std::uint64_t at, const Directory& directory, ZipMember& member) {
    if (directory.end - at < entry_bytes || file.u32(at) != entry_magic) file.fail("zip directory is damaged");
    const std::size_t name_bytes = file.u16(at + 28);
    const std::uint64_t extra = at + entry_bytes + name_bytes;
    const std::uint64_t extra_end = extra + file.u16(at + 30);
    const std::uint64_t next = extra_end + file.u16(at + 32);
    if (next > directory.end) file.fail("zip directory is cut off");
    member.name = file.text(at + entry_bytes, name_bytes);
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; };
    if (std::ranges::any_of(member.name, is_control)) file.fail("a member's name holds control characters");
    if (!is_utf8(member.name)) file.fail("the name of member '" + excerpt(member.name) + "' is no UTF-8");
    if ((file.u16(at + 8) & 0x2041) != 0) file.fail("member '" + member.name + "' is encrypted");
    const std::uint16_t method = file.u16(at + 10);
    if (method != 0 && method != 8) {
        file.fail("member '" + member.name + "': compression method " + std::to_string(method) +
                  "; only stored and deflate are read");
    }
    member.deflated = method == 8;
    member.crc = file.u32(at + 16);
    member.stored = file.u32(at + 20);
    member.size = file.u32(at + 24);
    member.header = file.u32(at + 42);
    read_zip64_fields(file, extra, extra_end, member);
    return next;
}

void check_overlap(const InputFile& file, std::vector<ZipMember> members, const Directory& directory) {
    std::ranges::sort(members, {}, &ZipMember::header);
    for (std::size_t k = 0; k < members.size(); ++k) {
        const std::uint64_t limit = k + 1 < members.size() ? members[k + 1].header : directory.begin;
        if (members[k].data + members[k].stored > limit) {
            fail_at(file, "member '" + members[k].name + "' overlaps what follows it");
        }
    }
}

void check_names_and_total(const InputFile& file, const std::vector<ZipMember>& members, const ZipLimits& limits) {
    std::vector<std::string> names;
    std::uint64_t left = limits.inflated_bytes;
    for (const ZipMember& member : members) {
        const std::uint64_t inflated = member.deflated ? member.size : 0;
        if (inflated > left) {
            fail_at(file,
                    "members inflate to more than the " + std::to_string(limits.inflated_bytes) + " bytes allowed");
        }
        left -= inflated;
        names.push_back(member.name);
    }
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    if (twice != names.end()) fail_at(file, "member '" + *twice + "' is there twice");
}

}  // namespace

std::vector<ZipMember> read_zip_directory(const InputFile& archive, const ZipLimits& limits) {
    if (archive.size() > limits.file_bytes) {
        fail_at(archive, std::to_string(archive.size()) + " bytes, more than the " + std::to_string(limits.file_bytes) +
                             " allowed");
    }
    const Directory directory = find_directory(archive);
    const std::uint64_t bytes = directory.end - directory.begin;
    if (directory.members > limits.members || directory.members > bytes / entry_bytes) {
        fail_at(archive, "zip directory claims " + std::to_string(directory.members) + " members");
    }
    if (bytes > most_directory_bytes) fail_at(archive, "zip directory of " + std::to_string(bytes) + " bytes");
    const ArchiveRange file(archive, directory.begin, bytes, "directory");
    std::vector<ZipMember> members(directory.members);
    std::uint64_t at = directory.begin;
    for (ZipMember& member : members) {
        at = read_entry(file, at, directory, member);
        check_sizes(archive, member, limits);
        locate_data(archive, member);
    }
    if (at != directory.end) fail_at(archive, "zip directory holds more than its end record says");
    check_overlap(archive, members, directory);
    check_names_and_total(archive, members, limits);
    return members;
}

}  // namespace espalier
