#include <malloc.h>

#include <espalier/cli/terminal/freed_memory.hpp>

namespace espalier::cli {

void return_freed_memory() {
    ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

}  // namespace espalier::cli
