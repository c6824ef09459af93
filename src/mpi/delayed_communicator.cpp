#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/mpi/delayed_communicator.hpp>

namespace espalier::mpi {
namespace {

using DelayClock = std::chrono::steady_clock;

/// A sleep ends about so much too late.
constexpr std::chrono::microseconds oversleeping{100};

void wait_seconds(double seconds) {
    const auto end =
        DelayClock::now() + std::chrono::duration_cast<DelayClock::duration>(std::chrono::duration<double>(seconds));
    const auto left = end - DelayClock::now();
    if (left > 2 * oversleeping) std::this_thread::sleep_for(left - oversleeping);
    while (DelayClock::now() < end) std::this_thread::yield();
}

struct DelayUnit {
    std::string_view name;
    double size;
};

[[noreturn]] void refuse_delay(const std::string& text) {
    throw ConfigError("ESPALIER_MPI_DELAY = '" + text +
                      "': a latency and a rate are meant, such as 50us or 50us,1.25GB/s");
}

/// A positive number with one of these units behind it.
double measured(const std::string& text, std::string_view part, std::initializer_list<DelayUnit> units) {
    double number = 0.0;
    const auto [end, trouble] = std::from_chars(part.data(), part.data() + part.size(), number);
    const std::string_view rest(end, static_cast<std::size_t>(part.data() + part.size() - end));
    const auto* unit = std::ranges::find(units, rest, &DelayUnit::name);
    if (trouble != std::errc() || unit == units.end() || !(number > 0.0)) refuse_delay(text);
    return number * unit->size;
}

}  // namespace

Delay parse_delay(const std::string& text) {
    const std::size_t comma = text.find(',');
    const std::string_view all = text;
    Delay delay;
    delay.seconds = measured(text, all.substr(0, comma), {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1.0}});
    if (comma != std::string::npos)
        delay.seconds_per_byte = 1.0 / measured(text, all.substr(comma + 1), {{"MB/s", 1e6}, {"GB/s", 1e9}});
    return delay;
}

std::unique_ptr<Communicator> delayed_by_environment(Communicator& inner) {
    const char* delay = std::getenv("ESPALIER_MPI_DELAY");
    if (delay == nullptr || *delay == '\0') return nullptr;
    return std::make_unique<DelayedCommunicator>(inner, parse_delay(delay));
}

Message DelayedCommunicator::do_receive(int from) {
    Message message = inner_.receive(from);
    wait_seconds(delay_.of(message.size()));
    return message;
}

/// Both directions at once, as through a cable.
void DelayedCommunicator::do_exchange(int with, std::span<const std::byte> out, std::span<std::byte> in) {
    inner_.exchange(with, out, in);
    wait_seconds(delay_.of(std::max(out.size(), in.size())));
}

Message DelayedCommunicator::do_exchange(int with, std::span<const std::byte> out) {
    Message message = inner_.exchange(with, out);
    wait_seconds(delay_.of(std::max(out.size(), message.size())));
    return message;
}

}  // namespace espalier::mpi
