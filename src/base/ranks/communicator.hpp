#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/text/error.hpp>

namespace espalier {

/// Bytes of a message between ranks, and those of arrays.
using Message = std::vector<std::byte>;

/// What a rank has sent.
struct Traffic {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
};

/// Another rank has ended with an error: "rank 3: <its message>".
class PeerError : public Error {
  public:
    /// @param rank     which
    /// @param message  what it said; empty where it ended without a word
    PeerError(int rank, const std::string& message)
        : Error("rank " + std::to_string(rank) + ": " + (message.empty() ? "ended early" : message)) {}
};

/// Processes, or threads in tests, that work on one thing and send each other messages. Each has a number, its rank,
/// from 0 on, and its own memory; all do the same steps, so that every message is expected when it comes. Messages
/// between two ranks arrive in the order they were sent in.
///
/// Used by one thread of a rank. Where a rank has called fail(), the others' next message throws.
class Communicator {
  public:
    Communicator() = default;
    Communicator(const Communicator&) = delete;
    Communicator& operator=(const Communicator&) = delete;
    virtual ~Communicator() = default;

    virtual int rank() const = 0;  ///< the number of this one
    virtual int size() const = 0;  ///< how many there are
    /// Ranks on this machine, this one among them.
    virtual int here() const { return size(); }

    /// Sends; returns when the bytes may be used anew.
    /// @throws PeerError where another rank has failed; so do all below
    void send(int to, std::span<const std::byte> message);
    /// The next message of a rank, however long.
    Message receive(int from);
    /// Sends to a rank, and takes its message of so many bytes; of these two one may be empty, and is then no message.
    void exchange(int with, std::span<const std::byte> out, std::span<std::byte> in);
    /// The same where only the other knows how long its message is.
    Message exchange(int with, std::span<const std::byte> out);

    /// Tells the others that this rank ends, and why. Never throws; may be called twice.
    virtual void fail(const std::string& message) noexcept = 0;

    /// Sent by this rank so far.
    const Traffic& sent() const { return sent_; }

  private:
    virtual void do_send(int to, std::span<const std::byte> message) = 0;
    virtual Message do_receive(int from) = 0;
    virtual void do_exchange(int with, std::span<const std::byte> out, std::span<std::byte> in) = 0;
    virtual Message do_exchange(int with, std::span<const std::byte> out) = 0;
    void count(std::size_t bytes);

    Traffic sent_;
};

/// How many ranks work together: 1 without a communicator.
inline int rank_count(const Communicator* ranks) {
    return ranks == nullptr ? 1 : ranks->size();
}
/// The number of this one: 0 without a communicator.
inline int rank_of(const Communicator* ranks) {
    return ranks == nullptr ? 0 : ranks->rank();
}

}  // namespace espalier
