// How much memory a topology update and an initial mask take at their peak, counted byte by byte. A program of its own,
// since it replaces operator new.
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include <malloc.h>

#include <espalier/base/threads/threads.hpp>
#include <espalier/nn/parameters/masked_weight.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>
#include <espalier/sparsity/update/exchange.hpp>

#include "support.hpp"

namespace {

std::atomic<std::size_t> held = 0;
std::atomic<std::size_t> peak = 0;

void count(std::size_t size) {
    const std::size_t now = held += size;
    for (std::size_t before = peak; before < now && !peak.compare_exchange_weak(before, now);) {
    }
}

void* counted(void* memory) {
    if (memory == nullptr) throw std::bad_alloc();
    count(::malloc_usable_size(memory));
    return memory;
}

/// Behind room of one alignment that holds the size asked for: what is lost between large pages is no memory, but
/// addresses.
void* counted_aligned(std::size_t size, std::size_t alignment) {
    void* memory = nullptr;
    if (posix_memalign(&memory, alignment, size + alignment) != 0) throw std::bad_alloc();
    char* const begin = static_cast<char*>(memory) + alignment;
    std::memcpy(begin - sizeof(size), &size, sizeof(size));
    count(size);
    return begin;
}

void uncounted_aligned(void* memory, std::size_t alignment) {
    if (memory == nullptr) return;
    std::size_t size = 0;
    std::memcpy(&size, static_cast<char*>(memory) - sizeof(size), sizeof(size));
    held -= size;
    std::free(static_cast<char*>(memory) - alignment);
}

void uncounted(void* memory) {
    held -= ::malloc_usable_size(memory);
    std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) {
    return counted(std::malloc(size));
}
/// Temporary buffers of the library's algorithms ask for it so.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    void* const memory = std::malloc(size);
    if (memory != nullptr) count(::malloc_usable_size(memory));
    return memory;
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return counted_aligned(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
    uncounted(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    uncounted(memory);
}
void operator delete(void* memory, std::align_val_t alignment) noexcept {
    uncounted_aligned(memory, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory, std::size_t, std::align_val_t alignment) noexcept {
    uncounted_aligned(memory, static_cast<std::size_t>(alignment));
}

namespace espalier::sparsity {
using namespace testing;
namespace {

constexpr std::size_t edges = 2'000'000;
constexpr std::size_t rows = 3000;
/// Tables by threads and the like: small beside one byte an edge.
constexpr std::size_t small = edges / 4;

nn::MaskedWeight<float> layer_with_momentum(std::size_t cols) {
    nn::MaskedWeight<float> weight(random_mask(rows, cols, edges, test_stream()));
    weight.parameter().state.emplace_back(edges);
    Stream stream = test_stream(1);
    for (float& value : weight.parameter().values) value = static_cast<float>(stream()) - 2147483648.0F;
    weight.transposed();
    return weight;
}

}  // namespace

TEST_CASE("memory: training costs 24 bytes per kept weight, and a topology update no more than that",
          "[sparsity][memory]") {
    INFO(seed_text());
    const DropRule drop = drop_magnitude();
    const GrowRule grow = grow_random();
    for (const std::size_t cols : {2000, 300000}) {  // a third of the layer, and 0.2 %
        for (const double fraction : {0.3, 0.6}) {
            for (const int number : {1, 2}) {
                set_threads(number);
                const std::size_t before = held;
                nn::MaskedWeight<float> weight = layer_with_momentum(cols);
                const std::size_t training = held - before;
                CHECK(training == Approx(24.0 * edges + 8.0 * static_cast<double>(rows + cols)).margin(10000));
                UpdatePlan plan;
                plan.drop = &drop;
                plan.grow = &grow;
                const auto moved = static_cast<std::size_t>(fraction * edges);
                for (std::uint64_t step = 1; step < 4; ++step) {
                    peak = held.load();
                    weight.release_transposed();
                    const DropContext context{weight.pattern(), weight.parameter().values, {}, {}, fraction, {},
                                              test_stream()};
                    weight.apply(exchange(plan, {}, context, moved, moved,
                                          {{}, nullptr, nullptr, Stream(1, Purpose::growth, 0, step)}));
                    weight.transposed();
                    CHECK(weight.pattern().edges() == edges);
                    CHECK(peak - before < training + small + 8 * (rows + cols));
                    CHECK(held - before < training + 10000);
                }
            }
        }
    }
    set_threads(1);
}

TEST_CASE("memory: an initial mask takes less while it is drawn than training will", "[sparsity][memory]") {
    INFO(seed_text());
    for (const std::size_t cols : {700, 2000, 300000}) {
        const std::size_t before = held;
        peak = held.load();
        const Pattern mask = random_mask(rows, cols, edges, test_stream());
        CHECK(mask.edges() == edges);
        CHECK(peak - before < 12 * edges + small);
        CHECK(held - before < 4 * edges + small);
    }
}

}  // namespace espalier::sparsity
