#define ESPALIER_VECTOR_BYTES 16
#include "simd_kernels.inc"

const SimdKernels<float> portable_kernels = all_kernels<float>();
const SimdKernels<double> portable_kernels_double = all_kernels<double>();

}  // namespace espalier::kernels
