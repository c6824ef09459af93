#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <espalier/base/files/file_lock.hpp>

namespace espalier {
namespace {

/// "08:01:1234", as /proc/locks names a file.
std::string kernel_name(const struct stat& info) {
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), "%02x:%02x:%llu", major(info.st_dev), minor(info.st_dev),
                                     static_cast<unsigned long long>(info.st_ino));
    return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

Lock try_lock(int descriptor, bool exclusive) {
    if (::flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) return Lock::taken;
    return errno == EWOULDBLOCK ? Lock::refused : Lock::unknown;
}

pid_t lock_holder(int descriptor) {
    struct stat info {};
    if (::fstat(descriptor, &info) != 0) return 0;
    const std::string file = kernel_name(info);
    std::ifstream locks("/proc/locks");
    // "1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF"
    for (std::string line; std::getline(locks, line);) {
        std::istringstream words(line);
        std::string number, kind, strictness, access, place;
        pid_t process = 0;
        words >> number >> kind >> strictness >> access >> process >> place;
        if (kind == "FLOCK" && access == "WRITE" && place == file) return std::max(process, 0);
    }
    return 0;
}

std::string another_process(pid_t holder) {
    return holder > 0 ? "another process (" + std::to_string(holder) + ")" : "another process";
}

bool is_still(const std::filesystem::path& path, int descriptor) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(descriptor, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

}  // namespace espalier
