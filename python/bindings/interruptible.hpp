#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>

#include <pybind11/pybind11.h>

namespace espalier::python {

/// Does the work without the GIL. Called on Python's main thread, where signals arrive, the work is another thread's
/// and this one looks for signals twenty times a second: where their handler raises (Ctrl-C), the work is cancelled
/// (base/threads/cancellation.hpp) and what was raised is thrown, once the work has ended.
void run_interruptible(const std::function<void()>& work);

template <class Work>
auto interruptible(const Work& work) {
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
        run_interruptible(work);
    } else {
        std::optional<std::invoke_result_t<Work>> result;
        run_interruptible([&] { result.emplace(work()); });
        return std::move(*result);
    }
}

/// Looks for signals of Python now and then, between the steps of work that does not hold the GIL.
class SignalWatch {
  public:
    /// Whether a handler has raised something by now; on the main thread alone, where Python has them.
    bool has_raised();
    /// Throws what was raised, once the work has ended. With the GIL.
    void raise_again() const;

  private:
    std::exception_ptr raised_;
    std::chrono::steady_clock::time_point looked_{};
};

/// How many threads calls use that ask for no other number.
void set_usual_threads(int count);
int usual_threads();

/// So many threads for what is computed while it lives, then the usual number again; 0: that number. Several threads of
/// Python that ask for different numbers at once get one of them: results do not depend on it.
class ThreadsScope {
  public:
    /// @throws ConfigError for a number that cannot be
    explicit ThreadsScope(int count);
    ~ThreadsScope();
    ThreadsScope(const ThreadsScope&) = delete;
    ThreadsScope& operator=(const ThreadsScope&) = delete;
};

/// Whether Python's signals are handled on this thread.
bool on_main_thread();

}  // namespace espalier::python
