#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace espalier::testing {

using Words = std::vector<std::string>;

/// What is to go wrong. See faulty_calls.cpp for actions and clocks.
struct Fault {
    std::uint64_t at = 0;  ///< number of the call; 0: none
    std::string action;
    std::string clock = "still";  ///< so that files which hold a date are equal
};

/// How a command ended that was run with the faulty calls.
struct Attempt {
    int status = -1;  ///< exit status; 128 + the signal's number where one ended it
    std::string out;
    std::string err;
    std::uint64_t calls = 0;  ///< that changed files below the folder
    std::uint64_t runs = 0;   ///< run files that it put into place
    bool struck = false;      ///< it came as far as the fault
    std::string place;        ///< of the fault: "call 17, pwrite runs/x/run.h5.part"
};

/// Whether programs can be started with the faulty calls: not under sanitizers, which want to come first, nor under an
/// emulator. Says why not.
bool has_faulty_calls();

/// The environment of a program with these faults; variables beside those of the test.
/// @param ledger  a file that new_ledger() made
std::vector<std::string> faulty_environment(const std::filesystem::path& ledger, const std::filesystem::path& under,
                                            const Fault& fault);
void new_ledger(const std::filesystem::path& ledger);

/// Runs the program, and waits for what it leaves behind (the runs of a sweep that was killed).
/// @param under  the folder whose files count
Attempt attempt(const Words& arguments, const std::filesystem::path& under, const Fault& fault = {});

/// Runs a line of the shell in which "$@" is the program with these arguments.
/// @param shell  what runs it: "/bin/sh" and what stands before it
Attempt attempt_in_shell(const std::string& line, const Words& arguments, Words shell = {});

/// What is wrong with how a command ended whose files would not do: "" where it either ended well or with status 1 and
/// one line of error, notes aside.
std::string trouble_with_end(const Attempt& attempt);

/// A full count of everything was asked for (ESPALIER_LONG_TESTS), instead of the few that every test run can afford.
bool is_long();

/// What a test has tried: one row of the table in docs/reliability.md, printed where the full count was asked for.
class Tally {
  public:
    explicit Tally(std::string what) : what_(std::move(what)) {}
    Tally(const Tally&) = delete;
    Tally& operator=(const Tally&) = delete;
    ~Tally();

    /// Counts so many faults and checks that they made no trouble.
    void add(const std::string& trouble, int faults = 1);

  private:
    std::string what_;
    std::uint64_t tried_ = 0;
    std::uint64_t lost_ = 0;
};

}  // namespace espalier::testing
