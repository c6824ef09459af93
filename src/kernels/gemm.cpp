#include <string>

#include <dnnl.h>
#include <omp.h>

#include <espalier/base/error.hpp>
#include <espalier/kernels/gemm.hpp>

namespace espalier::kernels {

void gemm(const Gemm& g, const float* a, const float* b, float* c) {
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
