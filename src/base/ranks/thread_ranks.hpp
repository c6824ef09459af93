#pragma once

#include <functional>

#include <espalier/base/ranks/communicator.hpp>

namespace espalier {

/// Runs the body as so many ranks, each a thread of this process: what processes do that are started by mpirun, without
/// it. Messages are copied, never shared. Returns when all have ended; of errors that of the lowest rank reaches the
/// caller, one of its own before what it heard of others.
void run_as_ranks(int count, const std::function<void(Communicator&)>& body);

}  // namespace espalier
