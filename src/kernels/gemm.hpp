#pragma once

#include <cstddef>
#include <optional>

#include <espalier/kernels/instruction_set.hpp>

namespace espalier::kernels {

/// C[m x n] = op(A) * op(B), all row-major; op transposes where its letter is 'T'.
struct Gemm {
    char op_a, op_b;
    std::size_t m, n, k, lda, ldb, ldc;
    bool add = false;  ///< to what C holds
};

/// One thread's product: float by oneDNN, double (checks only) by plain loops. Its bits depend on the shape alone.
/// @throws NumericError where oneDNN refuses
void gemm(const Gemm& g, const float* a, const float* b, float* c);
void gemm(const Gemm& g, const double* a, const double* b, double* c);

/// The instruction set that oneDNN is held to, from this process's first product in float on: it cannot be told twice.
std::optional<InstructionSet> instruction_set_of_gemm();

}  // namespace espalier::kernels
