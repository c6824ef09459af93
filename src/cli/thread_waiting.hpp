#pragma once

namespace espalier::cli {

/// Makes idle OpenMP threads spin for some 20 microseconds and then sleep, unless the environment decides
/// (OMP_WAIT_POLICY, GOMP_SPINCOUNT).
///
/// By default they spin for milliseconds at every barrier. As soon as another process wants a core they then keep each
/// other from running: on two cores with a build beside it a small network trained twenty times slower on two threads
/// than on one. Without any spinning two threads lose to one on an idle machine. libgomp reads its environment when it
/// is loaded, so the program starts itself again, once, with the setting in place.
void let_idle_threads_sleep(char** argv);

}  // namespace espalier::cli
