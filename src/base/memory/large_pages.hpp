#pragma once

#include <cstddef>

namespace espalier {

/// What the kernel calls a huge page.
inline constexpr std::size_t large_page_bytes = 2UL << 20;

/// Asks for large pages beneath memory that nobody has touched yet; a hint, and none below large_page_bytes.
void ask_for_large_pages(void* memory, std::size_t bytes);

}  // namespace espalier
