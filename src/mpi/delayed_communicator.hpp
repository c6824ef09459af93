#pragma once

#include <memory>
#include <string>

#include <espalier/base/ranks/communicator.hpp>

namespace espalier::mpi {

/// What a network between ranks costs that this machine has not.
struct Delay {
    double seconds = 0.0;           ///< of every message
    double seconds_per_byte = 0.0;  ///< of its length

    double of(std::size_t bytes) const { return seconds + seconds_per_byte * static_cast<double>(bytes); }
};

/// "50us" or "50us,1.25GB/s": the latency, and how many bytes pass in a second; without that any number. Units of the
/// first are us, ms and s, of the second MB/s and GB/s.
/// @throws ConfigError naming the variable
Delay parse_delay(const std::string& text);

/// Messages as through a slower network: each arrives later than it does. To check what a model of step times says of
/// machines that are not there (docs/scaling.md); what is computed stays the same.
class DelayedCommunicator : public Communicator {
  public:
    /// @param inner  outlives it
    DelayedCommunicator(Communicator& inner, const Delay& delay) : inner_(inner), delay_(delay) {}

    int rank() const override { return inner_.rank(); }
    int size() const override { return inner_.size(); }
    int here() const override { return inner_.here(); }
    void fail(const std::string& message) noexcept override { inner_.fail(message); }

  private:
    void do_send(int to, std::span<const std::byte> message) override { inner_.send(to, message); }
    Message do_receive(int from) override;
    void do_exchange(int with, std::span<const std::byte> out, std::span<std::byte> in) override;
    Message do_exchange(int with, std::span<const std::byte> out) override;

    Communicator& inner_;
    Delay delay_;
};

/// A delayed one where ESPALIER_MPI_DELAY is set, else null.
/// @throws ConfigError as parse_delay()
std::unique_ptr<Communicator> delayed_by_environment(Communicator& inner);

}  // namespace espalier::mpi
