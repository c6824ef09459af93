#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

#include <espalier/base/ranks/collectives.hpp>
#include <espalier/mpi/mpi_communicator.hpp>

namespace espalier::mpi {
namespace {

using Clock = std::chrono::steady_clock;

/// Tags of messages.
enum Tag : int {
    whole = 1,    ///< a message
    length = 2,   ///< how long the message is that follows in pieces
    piece = 3,    ///< of a message too long for one, or of a length that both know
    failure = 4,  ///< why a rank ends
};

/// MPI counts in int.
constexpr std::size_t longest_piece = std::size_t{1} << 30;
constexpr std::size_t longest_failure = 2000;

constexpr std::chrono::microseconds watching{50};  ///< without a pause: longer than a message takes on its way
constexpr std::chrono::milliseconds yielding{20};  ///< then letting others run, and behind that sleeping
constexpr std::chrono::microseconds nap{100};
constexpr std::chrono::milliseconds moment{200};
constexpr std::chrono::seconds end_comes_within{20};  ///< of a failed rank that waits for rank 0 to end all

void require(int code, const char* doing) {
    if (code == MPI_SUCCESS) return;
    char text[MPI_MAX_ERROR_STRING] = "";
    int size = 0;
    MPI_Error_string(code, text, &size);
    throw Error(std::string("MPI cannot ") + doing + ": " + std::string(text, static_cast<std::size_t>(size)));
}

/// What another rank has ended with, where one has.
std::optional<PeerError> failure_of_another() {
    int has_come = 0;
    MPI_Status status;
    require(MPI_Iprobe(MPI_ANY_SOURCE, failure, MPI_COMM_WORLD, &has_come, &status), "listen");
    if (has_come == 0) return std::nullopt;
    int size = 0;
    MPI_Get_count(&status, MPI_BYTE, &size);
    std::string text(static_cast<std::size_t>(size), ' ');
    MPI_Recv(text.data(), size, MPI_BYTE, status.MPI_SOURCE, failure, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return PeerError(status.MPI_SOURCE, text);
}

/// Asks until the answer is yes, and hears meanwhile whether another rank has failed. What is on its way then has a
/// moment left to come: where all fail alike, each says so itself.
template <class Ask>
void wait_until(const Ask& ask) {
    auto start = Clock::now();
    std::optional<PeerError> heard;
    for (unsigned turn = 1;; ++turn) {
        if (ask()) return;
        if (turn % 16 != 0) continue;
        auto waited = Clock::now() - start;
        if (heard && waited > moment) throw PeerError(*heard);
        if (!heard && (heard = failure_of_another())) {
            start = Clock::now();
            waited = {};
        }
        if (waited > yielding) {
            std::this_thread::sleep_for(nap);
        } else if (waited > watching) {
            std::this_thread::yield();
        }
    }
}

void wait_for(std::vector<MPI_Request>& requests) {
    wait_until([&] {
        int done = 0;
        require(MPI_Testall(static_cast<int>(requests.size()), requests.data(), &done, MPI_STATUSES_IGNORE),
                "send and receive");
        return done != 0;
    });
}

/// body(offset, size) for each piece of so many bytes.
template <class Body>
void for_pieces(std::size_t bytes, const Body& body) {
    for (std::size_t begin = 0; begin < bytes; begin += longest_piece)
        body(begin, static_cast<int>(std::min(longest_piece, bytes - begin)));
}

void start_pieces(int to, std::span<const std::byte> message, std::vector<MPI_Request>& requests) {
    for_pieces(message.size(), [&](std::size_t begin, int size) {
        requests.emplace_back();
        require(MPI_Isend(message.data() + begin, size, MPI_BYTE, to, piece, MPI_COMM_WORLD, &requests.back()), "send");
    });
}

void take_pieces(int from, std::span<std::byte> message, std::vector<MPI_Request>& requests) {
    for_pieces(message.size(), [&](std::size_t begin, int size) {
        requests.emplace_back();
        require(MPI_Irecv(message.data() + begin, size, MPI_BYTE, from, piece, MPI_COMM_WORLD, &requests.back()),
                "receive");
    });
}

/// A message of a length that only this rank knows, on its way.
class Sending {
  public:
    Sending(int to, std::span<const std::byte> message) : bytes_(message.size()) {
        requests_.emplace_back();
        if (bytes_ <= longest_piece) {
            require(MPI_Isend(message.data(), static_cast<int>(bytes_), MPI_BYTE, to, whole, MPI_COMM_WORLD,
                              requests_.data()),
                    "send");
            return;
        }
        require(MPI_Isend(&bytes_, sizeof(bytes_), MPI_BYTE, to, length, MPI_COMM_WORLD, requests_.data()), "send");
        start_pieces(to, message, requests_);
    }
    Sending(const Sending&) = delete;
    Sending& operator=(const Sending&) = delete;

    void finish() { wait_for(requests_); }

  private:
    std::uint64_t bytes_;
    std::vector<MPI_Request> requests_;
};

}  // namespace

MpiCommunicator::MpiCommunicator(int& argc, char**& argv) {
    int level = 0;
    require(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level), "start");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    MPI_Comm same_machine = MPI_COMM_NULL;
    require(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &same_machine), "start");
    MPI_Comm_size(same_machine, &here_);
    MPI_Comm_free(&same_machine);
    if (level < MPI_THREAD_FUNNELED) throw Error("this MPI does not let a process have threads of its own");
}

MpiCommunicator::~MpiCommunicator() {
    if (!has_ended_) MPI_Finalize();
}

void MpiCommunicator::fail(const std::string& message) noexcept {
    if (has_failed_) return;
    has_failed_ = true;
    const auto size = static_cast<int>(std::min(message.size(), longest_failure));
    for (int to = 0; to < size_; ++to) {
        if (to == rank_) continue;
        MPI_Request request = MPI_REQUEST_NULL;  // short messages are on their way at once; nobody waits for them
        // NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker): it ends with the process
        if (MPI_Isend(message.data(), size, MPI_BYTE, to, failure, MPI_COMM_WORLD, &request) != MPI_SUCCESS) continue;
        int done = 0;
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    }
}

int MpiCommunicator::end(int status) {
    has_ended_ = true;
    if (!has_failed_) {
        barrier(*this);  // a process that ends with a status other than 0 ends all others at once
        MPI_Finalize();
        return status;
    }
    if (rank_ != 0) {
        const auto start = Clock::now();
        while (Clock::now() - start < end_comes_within) {
            int has_come = 0;
            MPI_Status about;  // asking moves messages on
            MPI_Iprobe(MPI_ANY_SOURCE, failure, MPI_COMM_WORLD, &has_come, &about);
            std::this_thread::sleep_for(nap);
        }
    }
    MPI_Abort(MPI_COMM_WORLD, status);
    return status;
}

void MpiCommunicator::do_send(int to, std::span<const std::byte> message) {
    Sending(to, message).finish();
}

Message MpiCommunicator::do_receive(int from) {
    MPI_Status status;
    wait_until([&] {
        int has_come = 0;
        require(MPI_Iprobe(from, MPI_ANY_TAG, MPI_COMM_WORLD, &has_come, &status), "receive");
        // What `from` itself ended with is left to who waits: nothing comes behind it.
        return has_come != 0 && status.MPI_TAG != failure;
    });
    Message message;
    std::vector<MPI_Request> requests;
    if (status.MPI_TAG == whole) {
        int size = 0;
        MPI_Get_count(&status, MPI_BYTE, &size);
        message.resize(static_cast<std::size_t>(size));
        require(MPI_Recv(message.data(), size, MPI_BYTE, from, whole, MPI_COMM_WORLD, MPI_STATUS_IGNORE), "receive");
        return message;
    }
    std::uint64_t bytes = 0;
    require(MPI_Recv(&bytes, sizeof(bytes), MPI_BYTE, from, length, MPI_COMM_WORLD, MPI_STATUS_IGNORE), "receive");
    message.resize(bytes);
    take_pieces(from, message, requests);
    wait_for(requests);
    return message;
}

void MpiCommunicator::do_exchange(int with, std::span<const std::byte> out, std::span<std::byte> in) {
    std::vector<MPI_Request> requests;
    take_pieces(with, in, requests);
    start_pieces(with, out, requests);
    wait_for(requests);
}

Message MpiCommunicator::do_exchange(int with, std::span<const std::byte> out) {
    Sending sending(with, out);
    Message message = do_receive(with);
    sending.finish();
    return message;
}

}  // namespace espalier::mpi
