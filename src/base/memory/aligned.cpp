#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>

#include <espalier/base/memory/aligned.hpp>

namespace espalier {
namespace {

constexpr std::size_t worth_large_pages = 2UL << 20;

/// A hint for all pages that hold a part of the array; what else lies on the first and the last does not mind.
void ask_for_large_pages(void* memory, std::size_t bytes) {
    static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const std::uintptr_t before = reinterpret_cast<std::uintptr_t>(memory) % page;
    madvise(static_cast<char*>(memory) - before, before + bytes, MADV_HUGEPAGE);
}

}  // namespace

void* allocate_array(std::size_t bytes) {
    void* memory = ::operator new (bytes, std::align_val_t{alignment_bytes});
    if (bytes >= worth_large_pages) ask_for_large_pages(memory, bytes);
    return memory;
}

void free_array(void* memory) noexcept {
    ::operator delete (memory, std::align_val_t{alignment_bytes});
}

}  // namespace espalier
