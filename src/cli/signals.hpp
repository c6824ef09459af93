#pragma once

namespace espalier::cli {

/// From now on the first SIGINT or SIGTERM only asks for an end; a second one kills, as usual.
void catch_stop_signals();

/// True once such a signal has come: finish the step, save, and exit with 130.
bool stop_requested();

}  // namespace espalier::cli
