#include <espalier/kernels/instruction_set.hpp>
#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {

template <>
const SimdKernels<double>& simd<double>() {
    return portable_kernels_double;
}

template <>
const SimdKernels<float>& simd<float>() {
#if defined(ESPALIER_X86)
    if (instruction_set() == InstructionSet::avx512) return avx512_kernels;
    if (instruction_set() == InstructionSet::avx2) return avx2_kernels;
#endif
    return portable_kernels;
}

}  // namespace espalier::kernels
