#define ESPALIER_VECTOR_BYTES 32
#include "simd_kernels.inc"

const SimdKernels<float> avx2_kernels = all_kernels<float>();

}  // namespace espalier::kernels
