#include <algorithm>
#include <cmath>

#include <espalier/sparsity/update/ticket_phases.hpp>

namespace espalier::sparsity {

TicketPhases TicketPhases::of(std::int64_t total_steps, double share, std::int64_t length) {
    TicketPhases phases{.begin = total_steps, .length = std::max<std::int64_t>(1, length)};
    // A share such as 2/3 has no exact double: what misses a whole phase by rounding alone is one.
    constexpr double rounding = 1e-9;
    const double fit = share * static_cast<double>(total_steps) / static_cast<double>(phases.length);
    phases.count = std::min(static_cast<std::int64_t>(std::floor(fit + rounding)), (total_steps - 1) / phases.length);
    phases.begin -= phases.count * phases.length;
    return phases;
}

std::optional<std::int64_t> TicketPhases::ticket(std::int64_t step) const {
    if (!have_begun(step) || position(step) != 0) return std::nullopt;
    const std::int64_t number = (step - begin) / length;
    return number <= count ? std::optional(number) : std::nullopt;
}

}  // namespace espalier::sparsity
