#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>

#include <espalier/base/memory/aligned.hpp>

namespace espalier {
namespace {

constexpr std::size_t large_page = 2UL << 20;

/// A hint for all pages that hold a part of the array; what else lies on the first and the last does not mind.
void ask_for_large_pages(void* memory, std::size_t bytes) {
    static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const std::uintptr_t before = reinterpret_cast<std::uintptr_t>(memory) % page;
    madvise(static_cast<char*>(memory) - before, before + bytes, MADV_HUGEPAGE);
}

/// Large arrays begin on a large page: one that begins between two has as many fewer of them, a third of those of an
/// image network's activations.
std::align_val_t alignment_of(std::size_t bytes) {
    return std::align_val_t{bytes >= large_page ? large_page : alignment_bytes};
}

}  // namespace

void* allocate_array(std::size_t bytes) {
    void* memory = ::operator new(bytes, alignment_of(bytes));
    if (bytes >= large_page) ask_for_large_pages(memory, bytes);
    return memory;
}

void free_array(void* memory, std::size_t bytes) noexcept {
    ::operator delete(memory, alignment_of(bytes));
}

}  // namespace espalier
