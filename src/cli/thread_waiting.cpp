#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include <espalier/cli/thread_waiting.hpp>

namespace espalier::cli {

void let_idle_threads_sleep(char** argv) {
    if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
    std::error_code failed;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
    if (failed || ::setenv("GOMP_SPINCOUNT", "10000", 0) != 0) return;
    ::execv(self.c_str(), argv);  // where this fails, the program goes on as it is: slower at worst
}

}  // namespace espalier::cli
