#pragma once

#include <utility>

#include <unistd.h>

namespace espalier {

/// An open file's descriptor, closed at the end of its scope; below 0 for none.
class Descriptor {
  public:
    /// Takes an open descriptor over; below 0 there is none to close.
    explicit Descriptor(int number) : number_(number) {}
    /// The other one holds none afterwards.
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    /// The descriptor, which stays this one's to close; below 0: none.
    int get() const { return number_; }
    /// Gives the descriptor away: the caller closes it.
    int release() { return std::exchange(number_, -1); }

  private:
    int number_;
};

}  // namespace espalier
