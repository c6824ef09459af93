#pragma once

#include <cstdint>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace espalier::kernels {

/// As long as it lives, this thread takes numbers below the smallest normal one (1.2e-38 in float) for 0, and gives 0
/// where such a number would be the result.
///
/// A processor handles them by microcode, some hundred cycles each, and a decaying average of what has become 0 stays
/// among them for long: momentum of 0.9 gets there some 800 steps after the last gradient of a dead unit, or of an
/// input that is hardly ever on. No step that is worth anything depends on them.
///
/// For a kernel's inner loop alone: elsewhere a number is what it is (a mask's weight is there however small). On other
/// architectures than x86 and aarch64 it does nothing.
class FlushDenormals {
  public:
    FlushDenormals() : before_(control()) { set_control(before_ | flush_); }
    ~FlushDenormals() { set_control(before_); }
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

  private:
#if defined(__SSE2__)
    static constexpr std::uint64_t flush_ = 0x8000 | 0x0040;  // MXCSR: FTZ for results, DAZ for operands
    static std::uint64_t control() {
        return _mm_getcsr();
    }
    static void set_control(std::uint64_t value) {
        _mm_setcsr(static_cast<unsigned>(value));
    }
#elif defined(__aarch64__)
    static constexpr std::uint64_t flush_ = 1U << 24;  // FPCR.FZ, for results and operands
    static std::uint64_t control() {
        std::uint64_t value = 0;
        asm volatile("mrs %0, fpcr" : "=r"(value));
        return value;
    }
    static void set_control(std::uint64_t value) {
        asm volatile("msr fpcr, %0" : : "r"(value) : "memory");  // no load or store of the loop moves across
    }
#else
    static constexpr std::uint64_t flush_ = 0;
    static std::uint64_t control() {
        return 0;
    }
    static void set_control(std::uint64_t) {}
#endif
    std::uint64_t before_;
};

}  // namespace espalier::kernels
