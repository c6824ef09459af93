#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>

#include <espalier/base/memory/large_pages.hpp>

namespace espalier {

void ask_for_large_pages(void* memory, std::size_t bytes) {
    if (bytes < large_page_bytes) return;
    static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    // all pages that hold a part of it; what else lies on the first and the last does not mind
    const std::uintptr_t before = reinterpret_cast<std::uintptr_t>(memory) % page;
    madvise(static_cast<char*>(memory) - before, before + bytes, MADV_HUGEPAGE);
}

}  // namespace espalier
