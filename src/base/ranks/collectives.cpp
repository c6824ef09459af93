#include <algorithm>
#include <bit>

#include <espalier/base/ranks/collectives.hpp>

namespace espalier {
namespace {

/// Messages with their ranks, one behind the other.
struct Parcel {
    std::uint64_t rank;
    std::uint64_t bytes;
};

void append(Message& to, std::span<const std::byte> bytes) {
    const std::size_t before = to.size();
    to.resize(before + bytes.size());
    std::ranges::copy(bytes, to.begin() + static_cast<std::ptrdiff_t>(before));
}

Message packed(int rank, std::span<const std::byte> message) {
    const Parcel parcel{static_cast<std::uint64_t>(rank), message.size()};
    Message all = message_of(std::span<const Parcel>(&parcel, 1));
    append(all, message);
    return all;
}

std::vector<Message> unpacked(std::span<const std::byte> all, int ranks) {
    std::vector<Message> messages(static_cast<std::size_t>(ranks));
    while (!all.empty()) {
        const Parcel parcel = numbers_of<Parcel>(all.first(sizeof(Parcel))).front();
        all = all.subspan(sizeof(Parcel));
        messages.at(parcel.rank).assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(parcel.bytes));
        all = all.subspan(parcel.bytes);
    }
    return messages;
}

/// What ranks below this one in a binomial tree have, on rank 0 all there is; empty on those that have sent theirs on.
Message gathered(Communicator& ranks, Message mine) {
    const int rank = ranks.rank();
    for (int distance = 1; distance < ranks.size(); distance *= 2) {
        if ((rank & distance) != 0) {
            ranks.send(rank - distance, mine);
            return {};
        }
        if (rank + distance < ranks.size()) append(mine, ranks.receive(rank + distance));
    }
    return mine;
}

}  // namespace

Message broadcast(Communicator& ranks, Message message) {
    const int rank = ranks.rank();
    const auto size = static_cast<unsigned>(ranks.size());
    auto distance = static_cast<int>(std::bit_ceil(size));
    if (rank != 0) {
        distance = rank & -rank;  // the lowest bit: it came from the rank without it
        message = ranks.receive(rank - distance);
    }
    for (distance /= 2; distance > 0; distance /= 2) {
        if (rank + distance < ranks.size()) ranks.send(rank + distance, message);
    }
    return message;
}

std::vector<Message> gather(Communicator& ranks, Message message) {
    const Message all = gathered(ranks, packed(ranks.rank(), message));
    return ranks.rank() == 0 ? unpacked(all, ranks.size()) : std::vector<Message>{};
}

std::vector<Message> all_gather(Communicator& ranks, Message message) {
    Message all = packed(ranks.rank(), message);
    if (!std::has_single_bit(static_cast<unsigned>(ranks.size()))) {
        return unpacked(broadcast(ranks, gathered(ranks, std::move(all))), ranks.size());
    }
    for (int distance = 1; distance < ranks.size(); distance *= 2)
        append(all, ranks.exchange(ranks.rank() ^ distance, all));
    return unpacked(all, ranks.size());
}

void barrier(Communicator& ranks) {
    all_gather(ranks, {});
}

std::string broadcast_text(Communicator& ranks, const std::string& text) {
    const Message message = broadcast(ranks, message_of(std::span<const char>(text)));
    return {reinterpret_cast<const char*>(message.data()), message.size()};
}

}  // namespace espalier
