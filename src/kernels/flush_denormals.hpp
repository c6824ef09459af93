#pragma once

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
/// architectures than x86 it does nothing.
class FlushDenormals {
  public:
#ifdef __SSE2__
    FlushDenormals() : before_(_mm_getcsr()) {
        _mm_setcsr(before_ | results_ | operands_);
    }
    ~FlushDenormals() {
        _mm_setcsr(before_);
    }
#else
    FlushDenormals() = default;
#endif
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

#ifdef __SSE2__
  private:
    static constexpr unsigned results_ = 0x8000;   // MXCSR.FTZ
    static constexpr unsigned operands_ = 0x0040;  // MXCSR.DAZ
    unsigned before_;
#endif
};

}  // namespace espalier::kernels
