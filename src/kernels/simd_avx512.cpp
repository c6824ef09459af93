#define ESPALIER_VECTOR_BYTES 64
#include "simd_kernels.inc"

const SimdKernels<float> avx512_kernels = all_kernels<float>();

}  // namespace espalier::kernels
