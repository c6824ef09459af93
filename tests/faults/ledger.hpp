#pragma once

#include <atomic>
#include <cstdint>

namespace espalier::testing {

/// What the interposed library (faulty_calls.cpp) and the test that loads it into a program tell each other, in a file
/// that both have mapped; all processes that the program starts share it.
struct Ledger {
    std::atomic<std::uint64_t> calls;   ///< that change files below the watched folder, so far
    std::atomic<std::uint64_t> struck;  ///< faults made
    std::atomic<std::uint64_t> runs;    ///< run files put into place
    std::atomic<std::uint64_t> is_off;  ///< not 0: every process ends at its next call, as when the power fails
    char place[256];                    ///< of the first fault: "pwrite runs/x/run.h5.part"
};

/// Environment variables that say what is wanted of the library.
namespace faults_environment {
inline constexpr const char* ledger = "FAULTS_LEDGER";  ///< file of a Ledger
inline constexpr const char* under = "FAULTS_UNDER";    ///< the watched folder
inline constexpr const char* at = "FAULTS_AT";          ///< number of the call, from 1
inline constexpr const char* action = "FAULTS_DO";      ///< what happens at it
inline constexpr const char* clock = "FAULTS_CLOCK";    ///< "still" or "steps"
}  // namespace faults_environment

}  // namespace espalier::testing
