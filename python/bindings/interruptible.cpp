#include "interruptible.hpp"
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include <unistd.h>

#include <espalier/base/threads/cancellation.hpp>
#include <espalier/base/threads/threads.hpp>

namespace espalier::python {
namespace {

namespace py = pybind11;

constexpr std::chrono::milliseconds between_looks{50};
std::atomic<int> usual = 1;

/// Work on a thread of its own.
class Worker {
  public:
    explicit Worker(const std::function<void()>& work) : thread_([this, &work] { run(work); }) {}
    ~Worker() { thread_.join(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Whether it has ended within that time.
    bool has_ended(std::chrono::milliseconds patience) {
        std::unique_lock<std::mutex> lock(mutex_);
        return ending_.wait_for(lock, patience, [this] { return ended_; });
    }
    void cancel() { is_cancelled_ = true; }
    /// After its end.
    const std::exception_ptr& failure() const { return failure_; }

  private:
    void run(const std::function<void()>& work) {
        const CancellationScope scope(&is_cancelled_);
        try {
            work();
        } catch (const Cancelled&) {
            // whoever has cancelled knows why
        } catch (...) {
            failure_ = std::current_exception();
        }
        const std::lock_guard<std::mutex> lock(mutex_);
        ended_ = true;
        ending_.notify_one();
    }

    std::atomic<bool> is_cancelled_ = false;
    std::mutex mutex_;
    std::condition_variable ending_;
    bool ended_ = false;
    std::exception_ptr failure_;
    std::thread thread_;  // the last: it uses the others
};

/// What a signal's handler has raised, or nothing.
std::exception_ptr raised_by_signal() {
    const py::gil_scoped_acquire acquire;
    if (PyErr_CheckSignals() == 0) return nullptr;
    return std::make_exception_ptr(py::error_already_set());
}

/// @return what is to be thrown once the GIL is held again
std::exception_ptr watched(const std::function<void()>& work) {
    std::exception_ptr raised;
    Worker worker(work);
    while (!worker.has_ended(between_looks)) {
        if (raised) continue;
        raised = raised_by_signal();
        if (raised) worker.cancel();
    }
    return raised ? raised : worker.failure();
}

}  // namespace

bool SignalWatch::has_raised() {
    const auto now = std::chrono::steady_clock::now();
    if (!raised_ && on_main_thread() && now - looked_ > between_looks) {
        looked_ = now;
        raised_ = raised_by_signal();
    }
    return raised_ != nullptr;
}

void SignalWatch::raise_again() const {
    if (raised_) std::rethrow_exception(raised_);
}

bool on_main_thread() {
    return ::gettid() == ::getpid();
}

void run_interruptible(const std::function<void()>& work) {
    std::exception_ptr failure;
    {
        const py::gil_scoped_release release;
        if (on_main_thread()) {
            failure = watched(work);
        } else {
            work();
        }
    }
    if (failure) std::rethrow_exception(failure);
}

void set_usual_threads(int count) {
    set_threads(count);
    usual = count;
}

int usual_threads() {
    return usual;
}

ThreadsScope::ThreadsScope(int count) {
    set_threads(count == 0 ? usual.load() : count);
}

ThreadsScope::~ThreadsScope() {
    set_threads(usual);
}

}  // namespace espalier::python
