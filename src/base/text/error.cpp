#include <cerrno>
#include <system_error>

#include <espalier/base/text/error.hpp>

namespace espalier {

void throw_errno(const std::string& doing, const std::string& path) {
    const int code = errno;
    throw IoError(doing + " " + path + ": " + std::generic_category().message(code));
}

}  // namespace espalier
