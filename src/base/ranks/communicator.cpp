#include <espalier/base/ranks/communicator.hpp>

namespace espalier {

void Communicator::count(std::size_t bytes) {
    ++sent_.messages;
    sent_.bytes += bytes;
}

void Communicator::send(int to, std::span<const std::byte> message) {
    count(message.size());
    do_send(to, message);
}

Message Communicator::receive(int from) {
    return do_receive(from);
}

void Communicator::exchange(int with, std::span<const std::byte> out, std::span<std::byte> in) {
    if (!out.empty()) count(out.size());
    do_exchange(with, out, in);
}

Message Communicator::exchange(int with, std::span<const std::byte> out) {
    count(out.size());
    return do_exchange(with, out);
}

}  // namespace espalier
