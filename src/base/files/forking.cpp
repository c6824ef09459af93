#include <atomic>
#include <cerrno>

#include <unistd.h>

#include <espalier/base/files/forking.hpp>

namespace espalier {
namespace {

void fork_freely(const std::function<void()>& fork) {
    fork();
}

std::atomic<void (*)(const std::function<void()>&)> holding = fork_freely;

}  // namespace

void hold_while_forking(void (*hold)(const std::function<void()>& fork)) {
    holding = hold;
}

pid_t fork_child(const std::function<void()>& play) {
    pid_t child = -1;
    int why = 0;
    holding.load()([&] {
        child = ::fork();
        why = errno;
        if (child == 0) play();
    });
    errno = why;
    return child;
}

}  // namespace espalier
