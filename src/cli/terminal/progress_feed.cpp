#include <fcntl.h>
#include <unistd.h>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/terminal/progress_feed.hpp>
#include <espalier/sweep/progress_text.hpp>

namespace espalier::cli {
namespace {

constexpr auto feed_interval = std::chrono::milliseconds(250);

}  // namespace

ProgressFeed::ProgressFeed(int descriptor) : descriptor_(descriptor) {
    if (::fcntl(descriptor, F_GETFD) < 0) {
        throw ConfigError("--progress-fd " + std::to_string(descriptor) + " is not an open descriptor");
    }
}

void ProgressFeed::update(const training::RunProgress& now) {
    const auto time = std::chrono::steady_clock::now();
    if (time < next_ && now.step != now.total_steps) return;
    next_ = time + feed_interval;
    const std::string line = sweep::progress_text(now);
    [[maybe_unused]] const ssize_t ignored = ::write(descriptor_, line.data(), line.size());
}

}  // namespace espalier::cli
