#pragma once

#include <cstring>
#include <type_traits>
#include <vector>

#include <espalier/base/ranks/communicator.hpp>

/// What all ranks do together: each calls the same function at the same place. Any number of ranks; each message goes
/// over at most log2(ranks) others.
namespace espalier {

/// What rank 0 has, on every rank.
/// @param message  of rank 0; those of others are not looked at
Message broadcast(Communicator& ranks, Message message);

/// The messages of all ranks by number, on rank 0; nothing on others.
std::vector<Message> gather(Communicator& ranks, Message message);

/// The messages of all ranks by number, on every rank.
std::vector<Message> all_gather(Communicator& ranks, Message message);

/// Returns when all ranks have come here.
void barrier(Communicator& ranks);

/// The bytes of a number, or of an array of such.
template <class T>
std::span<const std::byte> bytes_of(std::span<const T> numbers) {
    static_assert(std::is_trivially_copyable_v<T>);
    return std::as_bytes(numbers);
}

/// A message that holds them.
template <class T>
Message message_of(std::span<const T> numbers) {
    const auto bytes = bytes_of(numbers);
    return {bytes.begin(), bytes.end()};
}

/// What message_of() made.
/// @throws FormatError where the length is no multiple of one of them
template <class T>
std::vector<T> numbers_of(std::span<const std::byte> message) {
    if (message.size() % sizeof(T) != 0) throw FormatError("a message between ranks has a wrong length");
    std::vector<T> numbers(message.size() / sizeof(T));
    if (!numbers.empty()) std::memcpy(numbers.data(), message.data(), message.size());
    return numbers;
}

/// The number that rank 0 has.
template <class T>
T broadcast_number(Communicator& ranks, T number) {
    return numbers_of<T>(broadcast(ranks, message_of(std::span<const T>(&number, 1)))).at(0);
}

/// The text that rank 0 has.
std::string broadcast_text(Communicator& ranks, const std::string& text);

}  // namespace espalier
