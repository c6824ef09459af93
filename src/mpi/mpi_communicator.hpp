#pragma once

#include <espalier/base/ranks/communicator.hpp>

namespace espalier::mpi {

/// The processes that mpirun has started; without mpirun this one alone. The only place that knows MPI: its C
/// interface, in mpi_communicator.cpp.
///
/// Waits by asking again and again, at first without a pause, soon letting others run: more ranks than cores lose
/// little.
class MpiCommunicator : public Communicator {
  public:
    /// Starts MPI, which takes its own options away. Once in a process.
    MpiCommunicator(int& argc, char**& argv);
    /// Ends MPI, unless end() has.
    ~MpiCommunicator() override;

    int rank() const override { return rank_; }
    int size() const override { return size_; }
    int here() const override { return here_; }
    void fail(const std::string& message) noexcept override;

    /// The last thing a rank does; returns the status to exit with. After a failure rank 0 ends all processes, and the
    /// others wait for that.
    int end(int status);

  private:
    struct Work;

    void do_send(int to, std::span<const std::byte> message) override;
    Message do_receive(int from) override;
    void do_exchange(int with, std::span<const std::byte> out, std::span<std::byte> in) override;
    Message do_exchange(int with, std::span<const std::byte> out) override;

    int rank_ = 0;
    int size_ = 1;
    int here_ = 1;
    bool has_failed_ = false;
    bool has_ended_ = false;
};

}  // namespace espalier::mpi
