#include <algorithm>
#include <limits>

#include <time.h>

#include <espalier/base/random/random.hpp>
#include <espalier/tuning/timing.hpp>

namespace espalier::tuning {
namespace {

constexpr double shortest_sample = 5e-5;  // seconds: below, the clock and the call are part of what is measured

double seconds_of(int calls, const std::function<void()>& body, const SecondsClock& clock) {
    const double start = clock();
    for (int call = 0; call < calls; ++call) body();
    return (clock() - start) / calls;
}

/// Times one way, call by call or several at once where they are short.
class Sampler {
  public:
    Sampler(const std::function<void()>& body, const SecondsClock& clock) : body_(body), clock_(clock) {
        const double first = seconds_of(1, body_, clock_);  // brings memory and caches into their state
        calls_ = std::max(1, static_cast<int>(shortest_sample / std::max(1e-8, first)));
    }
    /// @return seconds spent
    double sample() {
        const double seconds = seconds_of(calls_, body_, clock_);
        best_ = std::min(best_, seconds);
        return seconds * calls_;
    }
    double best() const { return best_; }

  private:
    const std::function<void()>& body_;
    const SecondsClock& clock_;
    int calls_ = 1;
    double best_ = std::numeric_limits<double>::infinity();
};

}  // namespace

Seconds shortest(const Seconds& a, const Seconds& b) {
    return {std::min(a.sparse, b.sparse), std::min(a.dense, b.dense)};
}

double processor_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Seconds by_turns(const std::function<void()>& sparse, const std::function<void()>& dense, double seconds,
                 const SecondsClock& clock) {
    Sampler first(sparse, clock);
    Sampler second(dense, clock);
    double spent = 0.0;
    do {
        spent += first.sample() + second.sample();
    } while (spent < seconds);
    return {first.best(), second.best()};
}

/// Each position is kept with this probability; at least one is not, so that the pattern is stored.
Pattern random_pattern(std::size_t outputs, std::size_t inputs, double density) {
    Stream stream(1, Purpose::mask_init, 0);
    const double limit = density * 4294967296.0;
    std::vector<std::uint64_t> kept;
    for (std::uint64_t position = 0; position < outputs * inputs; ++position) {
        if (static_cast<double>(stream()) < limit) kept.push_back(position);
    }
    if (kept.size() == outputs * inputs) kept.pop_back();
    return Pattern::from_flat(outputs, inputs, kept);
}

/// Any finite numbers that are not denormal.
void fill(std::span<float> values) {
    for (std::size_t k = 0; k < values.size(); ++k) values[k] = 0.01F * static_cast<float>(k % 97) - 0.5F;
}

}  // namespace espalier::tuning
