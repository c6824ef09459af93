#pragma once

namespace espalier::cli {

/// Makes idle OpenMP threads sleep instead of spin, unless the environment decides (OMP_WAIT_POLICY, GOMP_SPINCOUNT).
///
/// By default they spin for milliseconds at every barrier. As soon as another process wants a core they then keep each
/// other from running: measured on two cores with a build beside it, 37 steps a second instead of 778. libgomp reads
/// its environment when it is loaded, so the program starts itself again, once, with the setting in place.
void let_idle_threads_sleep(char** argv);

}  // namespace espalier::cli
