#include <espalier/base/memory/aligned.hpp>
#include <espalier/base/memory/large_pages.hpp>

namespace espalier {
namespace {

/// Large arrays begin on a large page: one that begins between two has as many fewer of them, a third of those of an
/// image network's activations.
std::align_val_t alignment_of(std::size_t bytes) {
    return std::align_val_t{bytes >= large_page_bytes ? large_page_bytes : alignment_bytes};
}

}  // namespace

void* allocate_array(std::size_t bytes) {
    void* memory = ::operator new(bytes, alignment_of(bytes));
    ask_for_large_pages(memory, bytes);
    return memory;
}

void free_array(void* memory, std::size_t bytes) noexcept {
    ::operator delete(memory, alignment_of(bytes));
}

}  // namespace espalier
