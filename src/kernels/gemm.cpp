#include <atomic>
#include <cstdlib>
#include <optional>
#include <string>

#include <dnnl.h>
#include <omp.h>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/gemm.hpp>
#include <espalier/kernels/instruction_set.hpp>

namespace espalier::kernels {
namespace {

/// oneDNN takes no more of the processor than our own kernels, so that a set has the same bits on every processor that
/// has it. Only before its first product can it be told.
void limit_onednn() {
#ifdef ESPALIER_X86
    const bool is_told_by_user =
        std::getenv("ONEDNN_MAX_CPU_ISA") != nullptr || std::getenv("DNNL_MAX_CPU_ISA") != nullptr;
    if (is_told_by_user) return;
    switch (instruction_set()) {
        case InstructionSet::avx512:
            dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx512_core);
            return;
        case InstructionSet::avx2:
            dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
            return;
        case InstructionSet::portable:
            dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
    }
#endif
}

/// The set in use at the first product; before it none.
constexpr int none = -1;
std::atomic<int> held = none;

}  // namespace

std::optional<InstructionSet> instruction_set_of_gemm() {
    const int set = held;
    return set == none ? std::nullopt : std::optional(static_cast<InstructionSet>(set));
}

void gemm(const Gemm& g, const float* a, const float* b, float* c) {
    [[maybe_unused]] static const bool once = [] {
        limit_onednn();
        held = static_cast<int>(instruction_set());
        return true;
    }();
    // Outside a parallel region oneDNN would use all threads, and its sums depend on how many.
    const int before = omp_get_max_threads();
    omp_set_num_threads(1);
    const auto size = [](std::size_t n) { return static_cast<dnnl_dim_t>(n); };
    const dnnl_status_t status = dnnl_sgemm(g.op_a, g.op_b, size(g.m), size(g.n), size(g.k), 1.0F, a, size(g.lda), b,
                                            size(g.ldb), g.add ? 1.0F : 0.0F, c, size(g.ldc));
    omp_set_num_threads(before);
    if (status != dnnl_success)
        throw NumericError("dense product: oneDNN failed with status " + std::to_string(status));
}

void gemm(const Gemm& g, const double* a, const double* b, double* c) {
    for (std::size_t i = 0; i < g.m; ++i) {
        for (std::size_t j = 0; j < g.n; ++j) {
            double sum = g.add ? c[i * g.ldc + j] : 0.0;
            for (std::size_t k = 0; k < g.k; ++k) {
                sum += (g.op_a == 'T' ? a[k * g.lda + i] : a[i * g.lda + k]) *
                       (g.op_b == 'T' ? b[j * g.ldb + k] : b[k * g.ldb + j]);
            }
            c[i * g.ldc + j] = sum;
        }
    }
}

}  // namespace espalier::kernels
