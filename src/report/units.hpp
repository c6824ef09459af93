#pragma once

#include <cstdint>
#include <string>

/// Quantities as people read them; "-" for what is not finite.
namespace espalier::report {

/// "0.12 s", "4.8 s", "1m 32s", "2h 05m".
std::string duration_text(double seconds);

/// "512 B", "94.1 MiB", "1.20 GiB".
std::string bytes_text(double bytes);

/// "646 FLOPs", "30.1 MFLOPs", "1.2 TFLOPs".
std::string flops_text(double flops);

}  // namespace espalier::report
