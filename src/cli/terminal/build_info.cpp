#include <espalier/cli/terminal/build_info.hpp>

namespace espalier::cli {

std::string compiler() {
#if defined(__clang__)
    return std::string("clang ") + __clang_version__;
#else
    return std::string("GCC ") + __VERSION__;
#endif
}

std::string build_type() {
    return ESPALIER_BUILD_TYPE;
}

}  // namespace espalier::cli
