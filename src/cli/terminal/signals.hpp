#pragma once

namespace espalier::cli {

/// Seconds since some moment; called in a signal handler.
double signal_clock();

/// From now on the first SIGINT, SIGTERM, SIGUSR1 (batch systems send it before a time limit) or SIGHUP only asks for
/// an end. The same signal again within a second is the same wish, sent by a shell and a batch system both, or by an
/// impatient hand; later it ends the program at once, as it does usually. A SIGHUP that is ignored at the start (nohup)
/// stays ignored.
void catch_stop_signals(double (*clock)() = signal_clock);

/// True once such a signal has come: finish the step, save, and exit with 130.
bool stop_requested();

/// SIGUSR1 has come, and no other signal that asks for an end: a batch system warns of its time limit.
bool is_warned_alone();

}  // namespace espalier::cli
