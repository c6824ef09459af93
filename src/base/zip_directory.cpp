#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

#include <espalier/base/error.hpp>
#include <espalier/base/zip_directory.hpp>

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
constexpr std::uint64_t in_zip64 = 0xffffffff;  // "see the Zip64 record" in a field of 32 bits

/// Little-endian reads that cannot leave the archive.
class Bytes {
  public:
    Bytes(std::span<const std::byte> bytes, const std::string& path) : bytes_(bytes), path_(path) {}

    std::uint64_t size() const { return bytes_.size(); }
    [[noreturn]] void fail(const std::string& what) const { throw FormatError(path_ + ": " + what); }

    void need(std::uint64_t at, std::uint64_t count, const char* what) const {
        if (at > size() || count > size() - at) fail(std::string("zip archive cut off in its ") + what);
    }
    template <class T>
    T get(std::uint64_t at) const {
        need(at, sizeof(T), "directory");
        T value = 0;
        for (std::size_t k = 0; k < sizeof(T); ++k) {
            value = static_cast<T>(value | static_cast<T>(std::to_integer<std::uint64_t>(bytes_[at + k]) << (8 * k)));
        }
        return value;
    }
    std::uint16_t u16(std::uint64_t at) const { return get<std::uint16_t>(at); }
    std::uint32_t u32(std::uint64_t at) const { return get<std::uint32_t>(at); }
    std::uint64_t u64(std::uint64_t at) const { return get<std::uint64_t>(at); }
    std::string text(std::uint64_t at, std::size_t count) const {
        need(at, count, "names");
        return {reinterpret_cast<const char*>(bytes_.data() + at), count};
    }

  private:
    std::span<const std::byte> bytes_;
    const std::string& path_;
};

struct Directory {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t members = 0;
};

/// The end record is last; only its comment, whose length it states, may follow.
std::uint64_t find_end(const Bytes& file) {
    if (file.size() < end_bytes) file.fail("not a zip archive: only " + std::to_string(file.size()) + " bytes");
    const std::uint64_t last = file.size() - end_bytes;
    const std::uint64_t first = last - std::min<std::uint64_t>(last, 0xffff);
    for (std::uint64_t at = last + 1; at-- > first;) {
        if (file.u32(at) == end_magic && at + end_bytes + file.u16(at + 20) == file.size()) return at;
    }
    file.fail("not a zip archive, or cut off: it has no end record");
}

std::optional<Directory> find_zip64(const Bytes& file, std::uint64_t end) {
    if (end < locator_bytes || file.u32(end - locator_bytes) != locator_magic) return std::nullopt;
    const std::uint64_t locator = end - locator_bytes;
    const std::uint64_t record = file.u64(locator + 8);
    if (record > locator || locator - record < end64_bytes || file.u32(record) != end64_magic) {
        file.fail("zip64 end record is not where its locator says");
    }
    if (file.u32(record + 16) != 0 || file.u32(record + 20) != 0) file.fail("zip archive in several parts");
    const std::uint64_t size = file.u64(record + 40);
    const std::uint64_t begin = file.u64(record + 48);
    if (begin > record || size != record - begin) file.fail("zip directory does not end at its end record");
    return Directory{begin, record, file.u64(record + 32)};
}

Directory find_directory(const Bytes& file) {
    const std::uint64_t end = find_end(file);
    if (const auto zip64 = find_zip64(file, end)) return *zip64;
    if (file.u16(end + 4) != 0 || file.u16(end + 6) != 0) file.fail("zip archive in several parts");
    const std::uint64_t size = file.u32(end + 12);
    const std::uint64_t begin = file.u32(end + 16);
    if (begin > end || size != end - begin) file.fail("zip directory does not end at its end record");
    return {begin, end, file.u16(end + 10)};
}

/// Fields that did not fit into 32 bits follow in the Zip64 extra field, in this order, each only where needed.
void read_zip64_fields(const Bytes& file, std::uint64_t at, std::uint64_t end, ZipMember& member) {
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

void check_sizes(const Bytes& file, const ZipMember& member, const ZipLimits& limits) {
    const std::string name = "member '" + member.name + "': ";
    if (!member.deflated && member.size != member.stored) file.fail(name + "stored, but its two sizes differ");
    if (member.stored > file.size()) file.fail(name + "larger than the archive");
    if (member.size > limits.inflated_bytes || member.size / limits.ratio > member.stored) {
        file.fail(name + std::to_string(member.stored) + " bytes cannot hold the " + std::to_string(member.size) +
                  " it claims, or they are more than the " + std::to_string(limits.inflated_bytes) + " allowed");
    }
}

/// The local header repeats the entry; only where the bytes begin is taken from it.
void locate_data(const Bytes& file, ZipMember& member) {
    const std::string name = "member '" + member.name + "': ";
    file.need(member.header, local_bytes, "members");
    if (file.u32(member.header) != local_magic) file.fail(name + "no local header where the directory says");
    const std::size_t name_bytes = file.u16(member.header + 26);
    if (file.text(member.header + local_bytes, name_bytes) != member.name) {
        file.fail(name + "its local header has another name");
    }
    member.data = member.header + local_bytes + name_bytes + file.u16(member.header + 28);
    file.need(member.data, member.stored, "members");
}

/// Reads one directory entry and returns where the next begins.
std::uint64_t read_entry(const Bytes& file, std::uint64_t at, const Directory& directory, ZipMember& member) {
    if (directory.end - at < entry_bytes || file.u32(at) != entry_magic) file.fail("zip directory is damaged");
    const std::size_t name_bytes = file.u16(at + 28);
    const std::uint64_t extra = at + entry_bytes + name_bytes;
    const std::uint64_t extra_end = extra + file.u16(at + 30);
    const std::uint64_t next = extra_end + file.u16(at + 32);
    if (next > directory.end) file.fail("zip directory is cut off");
    member.name = file.text(at + entry_bytes, name_bytes);
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; };
    if (std::ranges::any_of(member.name, is_control)) file.fail("a member's name holds control characters");
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

void check_overlap(const Bytes& file, std::vector<ZipMember> members, const Directory& directory) {
    std::ranges::sort(members, {}, &ZipMember::header);
    for (std::size_t k = 0; k < members.size(); ++k) {
        const std::uint64_t limit = k + 1 < members.size() ? members[k + 1].header : directory.begin;
        if (members[k].data + members[k].stored > limit) {
            file.fail("member '" + members[k].name + "' overlaps what follows it");
        }
    }
}

void check_names_and_total(const Bytes& file, const std::vector<ZipMember>& members, const ZipLimits& limits) {
    std::vector<std::string> names;
    std::uint64_t left = limits.inflated_bytes;
    for (const ZipMember& member : members) {
        if (member.size > left) {
            file.fail("members inflate to more than the " + std::to_string(limits.inflated_bytes) + " bytes allowed");
        }
        left -= member.size;
        names.push_back(member.name);
    }
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    if (twice != names.end()) file.fail("member '" + *twice + "' is there twice");
}

}  // namespace

std::vector<ZipMember> read_zip_directory(std::span<const std::byte> archive, const std::string& path,
                                          const ZipLimits& limits) {
    const Bytes file(archive, path);
    const Directory directory = find_directory(file);
    if (directory.members > limits.members || directory.members > (directory.end - directory.begin) / entry_bytes) {
        file.fail("zip directory claims " + std::to_string(directory.members) + " members");
    }
    std::vector<ZipMember> members(directory.members);
    std::uint64_t at = directory.begin;
    for (ZipMember& member : members) {
        at = read_entry(file, at, directory, member);
        check_sizes(file, member, limits);
        locate_data(file, member);
    }
    if (at != directory.end) file.fail("zip directory holds more than its end record says");
    check_overlap(file, members, directory);
    check_names_and_total(file, members, limits);
    return members;
}

}  // namespace espalier
