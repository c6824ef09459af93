// What this machine can do at most, for the roofline beside the kernels: multiply-adds from registers, and loads from
// each level of memory. Prints one JSON document, with the versions of what the programs are made of.
//
// usage: espalier_roofline [SECONDS]     for each of the measurements (default 0.5), the best of five parts of it
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <numeric>
#include <vector>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <espalier/base/memory/aligned.hpp>
#include <espalier/base/random/random.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/cli/terminal/version.hpp>
#include <espalier/kernels/instruction_set.hpp>

namespace {

struct Loops {
    float (*multiply_adds)(std::size_t rounds);
    void (*load_rows)(const float* data, const std::uint32_t* rows, std::size_t count, std::size_t row_bytes);
    std::size_t flops_a_round;
};

namespace portable {
#define ESPALIER_ROOFLINE_BYTES 16
#define ESPALIER_ROOFLINE_TARGET
#include "roofline_loops.inc"
#undef ESPALIER_ROOFLINE_BYTES
#undef ESPALIER_ROOFLINE_TARGET
}  // namespace portable

#if defined(__x86_64__)
namespace avx2 {
#define ESPALIER_ROOFLINE_BYTES 32
#define ESPALIER_ROOFLINE_TARGET __attribute__((target("avx2,fma")))
#include "roofline_loops.inc"
#undef ESPALIER_ROOFLINE_BYTES
#undef ESPALIER_ROOFLINE_TARGET
}  // namespace avx2
namespace avx512 {
#define ESPALIER_ROOFLINE_BYTES 64
#define ESPALIER_ROOFLINE_TARGET __attribute__((target("avx512f,fma")))
#include "roofline_loops.inc"
#undef ESPALIER_ROOFLINE_BYTES
#undef ESPALIER_ROOFLINE_TARGET
}  // namespace avx512
#endif

/// The widest loops of the instruction set that the kernels use.
const Loops& loops() {
    using espalier::kernels::InstructionSet;
#if defined(__x86_64__)
    if (espalier::kernels::instruction_set() == InstructionSet::avx512) return avx512::loops;
    if (espalier::kernels::instruction_set() == InstructionSet::avx2) return avx2::loops;
#endif
    return portable::loops;
}

volatile float sink;

double seconds_of(const std::function<void()>& body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The shortest time of one call: five parts of `budget`, each of as many calls as fit.
double best_seconds(double budget, const std::function<void()>& body) {
    body();
    const double once = std::max(1e-7, seconds_of(body));
    const auto calls = static_cast<std::size_t>(std::max(1.0, budget / 5 / once));
    double best = once;
    for (int part = 0; part < 5; ++part) {
        const double all = seconds_of([&] {
            for (std::size_t call = 0; call < calls; ++call) body();
        });
        best = std::min(best, all / static_cast<double>(calls));
    }
    return best;
}

double flops(double budget) {
    constexpr std::size_t rounds = 20'000;
    const double seconds = best_seconds(budget, [] { sink = loops().multiply_adds(rounds); });
    return static_cast<double>(rounds * loops().flops_a_round) / seconds;
}

/// Bytes a second from an array of this size: as it lies, or in rows of 512 bytes (a batch of 128) in random order.
double load_bandwidth(double budget, std::size_t bytes, bool in_order) {
    const std::size_t row_bytes = in_order ? 8192 : 512;
    const std::size_t rows = bytes / row_bytes;
    const espalier::AlignedVector<float> data(rows * row_bytes / sizeof(float), 1.0F);
    std::vector<std::uint32_t> order(rows);
    std::iota(order.begin(), order.end(), 0U);
    espalier::Stream stream(1, espalier::Purpose::test);
    for (std::size_t k = rows - 1; k > 0; --k) std::swap(order[k], order[stream.below(k + 1)]);
    const std::uint32_t* chosen = in_order ? nullptr : order.data();
    const double seconds = best_seconds(budget, [&] { loops().load_rows(data.data(), chosen, rows, row_bytes); });
    return static_cast<double>(rows * row_bytes) / seconds;
}

/// What the system says of a cache, or what is usual where it says nothing.
std::size_t cache_bytes(int name, std::size_t usual) {
    const long said = ::sysconf(name);
    return said > 0 ? static_cast<std::size_t>(said) : usual;
}

nlohmann::ordered_json level(const std::string& name, std::size_t cache, std::size_t array, double budget) {
    return {{"name", name},
            {"cache_bytes", cache},
            {"array_bytes", array},
            {"bytes_per_second", load_bandwidth(budget, array, true)},
            {"random_rows_bytes_per_second", load_bandwidth(budget, array, false)}};
}

}  // namespace

int main(int argc, char** argv) {
    const double budget = argc > 1 ? std::max(0.01, std::strtod(argv[1], nullptr)) : 0.5;
    const std::size_t l1 = cache_bytes(_SC_LEVEL1_DCACHE_SIZE, 32UL << 10);
    const std::size_t l2 = cache_bytes(_SC_LEVEL2_CACHE_SIZE, 1UL << 20);
    const std::size_t l3 = cache_bytes(_SC_LEVEL3_CACHE_SIZE, 16UL << 20);
    // Far beyond L3, but no more than a gigabyte: large shared caches of virtual machines would take all memory.
    const std::size_t beyond = std::min(4 * l3, std::max(1UL << 30, l3 / 2 * 3));
    nlohmann::ordered_json versions{{"compiler", "GCC " __VERSION__}};
    for (const auto& [name, version] : espalier::cli::environment()) versions[name] = version;
    const nlohmann::ordered_json document = {
        {"versions", versions},
        {"instruction_set", espalier::kernels::to_string(espalier::kernels::instruction_set())},
        {"cores", espalier::available_cores()},
        {"flops", flops(budget)},
        {"levels",
         {level("L1", l1, l1 / 2, budget), level("L2", l2, l2 / 2, budget),
          level("L3", l3, std::min(l3 / 2, 8 * l2), budget), level("memory", 0, beyond, budget)}}};
    std::cout << document.dump(2) << std::endl;
    return 0;
}
