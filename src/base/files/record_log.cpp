#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/files/record_log.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {
namespace {

constexpr std::array<char, 8> log_mark = {'E', 'S', 'P', 'L', 'O', 'G', '0', '1'};
constexpr std::size_t head_bytes = 12;  // length and checksum

using Head = std::array<std::byte, head_bytes>;

std::uint32_t checksum(std::span<const std::byte> content) {
    const uLong start = crc32_z(0, nullptr, 0);
    return static_cast<std::uint32_t>(crc32_z(start, reinterpret_cast<const Bytef*>(content.data()), content.size()));
}

Head head_of(std::span<const std::byte> content) {
    Head head{};
    const std::uint64_t length = content.size();
    const std::uint32_t crc = checksum(content);
    for (std::size_t k = 0; k < 8; ++k) head[k] = static_cast<std::byte>(length >> (8 * k));
    for (std::size_t k = 0; k < 4; ++k) head[8 + k] = static_cast<std::byte>(crc >> (8 * k));
    return head;
}

std::uint64_t number(std::span<const std::byte> bytes) {
    std::uint64_t value = 0;
    for (std::size_t k = bytes.size(); k-- > 0;) value = value << 8 | static_cast<std::uint64_t>(bytes[k]);
    return value;
}

std::span<const std::byte> as_bytes(const std::string& text) {
    return std::as_bytes(std::span(text));
}

/// Records one after the other; knows how many bytes are left, so that a length is believed only within the file.
class Reader {
  public:
    explicit Reader(const std::filesystem::path& path) : file_(path, std::ios::binary) {
        if (!file_) throw_errno("cannot read", path.string());
        std::error_code failed;
        left_ = std::filesystem::file_size(path, failed);
        if (failed) throw IoError("cannot read " + path.string() + ": " + failed.message());
    }

    bool take(std::span<std::byte> bytes) {
        if (bytes.size() > left_) return false;
        left_ -= bytes.size();
        file_.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        return static_cast<std::size_t>(file_.gcount()) == bytes.size();
    }

    /// The next record's content; false where it is not whole.
    bool next(std::vector<std::byte>& content) {
        Head head{};
        if (!take(head)) return false;
        const std::uint64_t length = number(std::span(head).first(8));
        if (length > left_) return false;
        content.resize(length);
        return take(content) && checksum(content) == number(std::span(head).subspan(8));
    }

  private:
    std::ifstream file_;
    std::uint64_t left_ = 0;
};

}  // namespace

RecordLog::RecordLog(std::filesystem::path path, std::string identity)
    : path_(std::move(path)), identity_(std::move(identity)) {
    struct stat info {};
    // Not blocking: a FIFO is refused below instead of waited for.
    constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    descriptor_ = file_fault("open") ? -1 : ::open(path_.c_str(), flags, 0666);
    if (descriptor_ < 0) throw_errno("cannot write", path_.string());
    try {
        if (::fstat(descriptor_, &info) != 0) throw_errno("cannot write", path_.string());
        if (!S_ISREG(info.st_mode)) throw IoError("cannot write " + path_.string() + ": it is no regular file");
        clear();
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

RecordLog::~RecordLog() {
    ::close(descriptor_);
}

void RecordLog::write(std::span<const std::byte> content) {
    while (!content.empty()) {
        const ssize_t written = file_fault("write") ? -1 : ::write(descriptor_, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_errno("cannot write", path_.string());
        count_file_bytes(static_cast<std::uint64_t>(written));
        content = content.subspan(static_cast<std::size_t>(written));
    }
}

void RecordLog::append(std::span<const std::byte> content) {
    const off_t begin = ::lseek(descriptor_, 0, SEEK_CUR);
    try {
        write(head_of(content));
        write(content);
    } catch (...) {
        // Behind half a record nothing would be found.
        if (::ftruncate(descriptor_, begin) == 0) ::lseek(descriptor_, begin, SEEK_SET);
        throw;
    }
}

void RecordLog::sync() {
    if (file_fault("fsync") || ::fsync(descriptor_) != 0) throw_errno("cannot sync", path_.string());
}

void RecordLog::clear() {
    if (file_fault("truncate") || ::ftruncate(descriptor_, 0) != 0 || ::lseek(descriptor_, 0, SEEK_SET) != 0) {
        throw_errno("cannot write", path_.string());
    }
    write(std::as_bytes(std::span(log_mark)));
    append(as_bytes(identity_));
}

void read_record_log(const std::filesystem::path& path, const std::string& identity,
                     const std::function<void(std::span<const std::byte>)>& visit) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return;
    Reader reader(path);
    std::array<std::byte, log_mark.size()> begin{};
    std::vector<std::byte> content;
    if (!reader.take(begin) || std::memcmp(begin.data(), log_mark.data(), log_mark.size()) != 0) return;
    if (!reader.next(content) || !std::ranges::equal(content, as_bytes(identity))) return;
    while (reader.next(content)) visit(content);
}

}  // namespace espalier
