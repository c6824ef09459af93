#pragma once

#include <functional>
#include <span>

#include <espalier/base/memory/stopwatch.hpp>
#include <espalier/base/patterns/pattern.hpp>

namespace espalier::tuning {

/// Seconds of one product, computed both ways.
struct Seconds {
    double sparse = 0.0;
    double dense = 0.0;

    /// The shorter ones of two measurements.
    friend Seconds shortest(const Seconds& a, const Seconds& b);
};

/// Seconds that the processor has worked for the calling thread: waiting for other processes is not counted.
double processor_seconds();

/// The shortest of several runs, sparse and dense in turns, so that what else the machine does disturbs both alike.
/// @param seconds  to spend, about; each way runs twice at least, once unmeasured
Seconds by_turns(const std::function<void()>& sparse, const std::function<void()>& dense, double seconds,
                 const SecondsClock& clock);

/// Each position is kept with this probability; at least one is not, so that the pattern is stored.
Pattern random_pattern(std::size_t outputs, std::size_t inputs, double density);

/// Any finite numbers that are not denormal.
void fill(std::span<float> values);

}  // namespace espalier::tuning
