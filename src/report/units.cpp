#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include <espalier/report/units.hpp>

namespace espalier::report {

std::string duration_text(double seconds) {
    if (!std::isfinite(seconds)) return "-";
    if (seconds < 9.995) return fmt::format("{:.2f} s", seconds);
    if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<std::int64_t>(std::llround(std::min(seconds, 1e12)));
    if (whole < 3600) return fmt::format("{}m {:02}s", whole / 60, whole % 60);
    return fmt::format("{}h {:02}m", whole / 3600, whole / 60 % 60);
}

std::string bytes_text(double bytes) {
    if (!std::isfinite(bytes)) return "-";
    constexpr std::array units = {"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024.0) return fmt::format("{:.0f} B", bytes);
    std::size_t unit = 0;
    double count = bytes / 1024.0;
    for (; count >= 999.95 && unit + 1 < units.size(); ++unit) count /= 1024.0;
    return count < 9.995 ? fmt::format("{:.2f} {}", count, units.at(unit))
                         : fmt::format("{:.1f} {}", count, units.at(unit));
}

std::string flops_text(double flops) {
    if (!std::isfinite(flops)) return "-";
    constexpr std::array prefixes = {"", "k", "M", "G", "T", "P", "E"};
    std::size_t prefix = 0;
    for (; flops >= 999.95 * (prefix == 0 ? 10.0 : 1.0) && prefix + 1 < prefixes.size(); ++prefix) flops /= 1000.0;
    return prefix == 0 ? fmt::format("{:.0f} FLOPs", flops) : fmt::format("{:.1f} {}FLOPs", flops, prefixes.at(prefix));
}

}  // namespace espalier::report
