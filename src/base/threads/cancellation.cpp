#include <espalier/base/threads/cancellation.hpp>

namespace espalier {
namespace {

thread_local const std::atomic<bool>* looked_at = nullptr;

}  // namespace

CancellationScope::CancellationScope(const std::atomic<bool>* is_cancelled) : before_(looked_at) {
    looked_at = is_cancelled;
}

CancellationScope::~CancellationScope() {
    looked_at = before_;
}

const std::atomic<bool>* CancellationScope::current() {
    return looked_at;
}

void cancellation_point() {
    if (looked_at != nullptr && looked_at->load(std::memory_order_relaxed)) throw Cancelled();
}

}  // namespace espalier
