#pragma once

#include <string>

namespace espalier::cli {

/// Which BLAS Armadillo gets on this system: "OpenBLAS 0.3.21, core SkylakeX", or the file that offers sgemm where it
/// is another. The core matters: OpenBLAS chooses it by the processor's model number, and an unknown one gets SSE3.
std::string blas_text();

}  // namespace espalier::cli
