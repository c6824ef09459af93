#include <espalier/kernels/flush_denormals.hpp>
#include <espalier/kernels/optimizer_step.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {

template <class T>
void sgd_step(std::span<T> values, std::span<const T> gradient, std::span<T> velocity,
              const SgdArguments<T>& arguments) {
    T* const momentum = velocity.empty() ? nullptr : velocity.data();
    for_equal_rows(values.size(), 1, [&](std::size_t begin, std::size_t end) {
        const FlushDenormals scope;
        simd<T>().sgd(values.data(), gradient.data(), momentum, arguments, begin, end);
    });
}

template <class T>
void adam_step(std::span<T> values, std::span<const T> gradient, std::span<T> first, std::span<T> second,
               const AdamArguments<T>& arguments) {
    for_equal_rows(values.size(), 1, [&](std::size_t begin, std::size_t end) {
        const FlushDenormals scope;
        simd<T>().adam(values.data(), gradient.data(), first.data(), second.data(), arguments, begin, end);
    });
}

template void sgd_step(std::span<float>, std::span<const float>, std::span<float>, const SgdArguments<float>&);
template void sgd_step(std::span<double>, std::span<const double>, std::span<double>, const SgdArguments<double>&);
template void adam_step(std::span<float>, std::span<const float>, std::span<float>, std::span<float>,
                        const AdamArguments<float>&);
template void adam_step(std::span<double>, std::span<const double>, std::span<double>, std::span<double>,
                        const AdamArguments<double>&);

}  // namespace espalier::kernels
