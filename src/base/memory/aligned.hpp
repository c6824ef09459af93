#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace espalier {

/// One cache line, and one AVX-512 register: what every array that a kernel reads is aligned to.
inline constexpr std::size_t alignment_bytes = 64;

/// Memory for an array, aligned to alignment_bytes. From two megabytes on the kernel is asked for large pages: reading
/// rows of a large array here and there otherwise costs an address translation each time (measured: a third of the
/// speed of sparse products over 170 MB).
/// @throws std::bad_alloc
void* allocate_array(std::size_t bytes);
/// @param bytes  as it was allocated with
void free_array(void* memory, std::size_t bytes) noexcept;

/// The allocator of standard containers whose arrays kernels read.
template <class T>
struct AlignedAllocator {
    using value_type = T;

    AlignedAllocator() = default;
    /// All are alike.
    template <class U>
    AlignedAllocator(const AlignedAllocator<U>&) noexcept {}  // NOLINT(google-explicit-constructor): allocators convert

    /// Room for so many elements.
    /// @throws std::bad_alloc
    T* allocate(std::size_t count) { return static_cast<T*>(allocate_array(count * sizeof(T))); }
    /// @param count  as it was allocated with
    void deallocate(T* memory, std::size_t count) noexcept { free_array(memory, count * sizeof(T)); }

    /// True: what one allocates, another may give back.
    template <class U>
    bool operator==(const AlignedAllocator<U>&) const noexcept {
        return true;
    }
};

/// A std::vector whose data starts on a cache line.
template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace espalier
