#pragma once

namespace espalier::cli {

/// Makes the C library give every freed block of a mebibyte or more back to the system at once.
///
/// By default the limit rises with the blocks that are freed, up to 32 MiB, and what lies between others stays with the
/// process: what a topology update borrows would then be missing at the peak of the next step.
void return_freed_memory();

}  // namespace espalier::cli
