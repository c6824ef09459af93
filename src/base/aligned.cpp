#include <sys/mman.h>

#include <espalier/base/aligned.hpp>

namespace espalier {
namespace {

constexpr std::size_t large_page = 2UL << 20;

std::align_val_t alignment(std::size_t bytes) {
    return std::align_val_t{bytes >= large_page ? large_page : alignment_bytes};
}

}  // namespace

void* allocate_array(std::size_t bytes) {
    void* memory = ::operator new (bytes, alignment(bytes));
    // Whole pages only, so that memory in use follows the bytes asked for; where the kernel refuses, pages stay small.
    if (bytes >= large_page) madvise(memory, bytes / large_page * large_page, MADV_HUGEPAGE);
    return memory;
}

void free_array(void* memory, std::size_t bytes) noexcept {
    ::operator delete (memory, alignment(bytes));
}

}  // namespace espalier
