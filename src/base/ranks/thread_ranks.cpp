#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <espalier/base/ranks/thread_ranks.hpp>

namespace espalier {
namespace {

struct Failure {
    int rank;
    std::string message;
};

/// Where the threads leave messages for each other.
class PostOffice {
  public:
    explicit PostOffice(int ranks)
        : ranks_(ranks),
          boxes_(static_cast<std::size_t>(ranks) * static_cast<std::size_t>(ranks)),
          has_left_(static_cast<std::size_t>(ranks)) {}

    int ranks() const { return ranks_; }

    void put(int from, int to, std::span<const std::byte> message) {
        const std::lock_guard lock(mutex_);
        box(from, to).emplace_back(message.begin(), message.end());
        came_.notify_all();
    }

    Message take(int from, int to) {
        std::unique_lock lock(mutex_);
        std::deque<Message>& messages = box(from, to);
        const auto sender = static_cast<std::size_t>(from);
        // Of a rank that goes on all messages are awaited, whoever else has failed: where all fail alike, each says so.
        came_.wait(lock, [&] { return !messages.empty() || has_left_[sender]; });
        if (messages.empty()) throw failure_ ? PeerError(failure_->rank, failure_->message) : PeerError(from, "");
        Message message = std::move(messages.front());
        messages.pop_front();
        return message;
    }

    void fail(int rank, const std::string& message) {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = Failure{rank, message};
        has_left_[static_cast<std::size_t>(rank)] = true;
        came_.notify_all();
    }

    /// Nothing more comes from this rank.
    void leave(int rank) {
        const std::lock_guard lock(mutex_);
        has_left_[static_cast<std::size_t>(rank)] = true;
        came_.notify_all();
    }

  private:
    std::deque<Message>& box(int from, int to) {
        return boxes_.at(static_cast<std::size_t>(from) * static_cast<std::size_t>(ranks_) +
                         static_cast<std::size_t>(to));
    }

    int ranks_;
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<std::deque<Message>> boxes_;
    std::vector<bool> has_left_;
    std::optional<Failure> failure_;
};

class ThreadCommunicator : public Communicator {
  public:
    ThreadCommunicator(PostOffice& office, int rank) : office_(office), rank_(rank) {}

    int rank() const override { return rank_; }
    int size() const override { return office_.ranks(); }
    void fail(const std::string& message) noexcept override { office_.fail(rank_, message); }

  private:
    void do_send(int to, std::span<const std::byte> message) override { office_.put(rank_, to, message); }
    Message do_receive(int from) override { return office_.take(from, rank_); }
    void do_exchange(int with, std::span<const std::byte> out, std::span<std::byte> in) override {
        const Message message = do_exchange(with, out);
        if (message.size() != in.size()) throw FormatError("a message between ranks has a wrong length");
        std::copy(message.begin(), message.end(), in.begin());
    }
    Message do_exchange(int with, std::span<const std::byte> out) override {
        do_send(with, out);
        return do_receive(with);
    }

    PostOffice& office_;
    int rank_;
};

/// What the body threw, told to the others.
void run_rank(Communicator& ranks, const std::function<void(Communicator&)>& body, std::exception_ptr& own,
              std::exception_ptr& heard) {
    try {
        body(ranks);
    } catch (const PeerError&) {
        heard = std::current_exception();
    } catch (const std::exception& error) {
        own = std::current_exception();
        ranks.fail(error.what());
    } catch (...) {
        own = std::current_exception();
        ranks.fail("");
    }
}

}  // namespace

void run_as_ranks(int count, const std::function<void(Communicator&)>& body) {
    PostOffice office(count);
    const auto size = static_cast<std::size_t>(count);
    std::vector<std::exception_ptr> own(size), heard(size);
    {
        std::vector<std::jthread> threads;
        for (std::size_t k = 0; k < size; ++k) {
            threads.emplace_back([&, k] {
                ThreadCommunicator ranks(office, static_cast<int>(k));
                run_rank(ranks, body, own[k], heard[k]);
                office.leave(static_cast<int>(k));
            });
        }
    }
    for (const auto* errors : {&own, &heard}) {
        for (const std::exception_ptr& error : *errors) {
            if (error) std::rethrow_exception(error);
        }
    }
}

}  // namespace espalier
