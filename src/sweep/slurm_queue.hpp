#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/base/text/error.hpp>

/// Slurm's commands, each called once and with a time limit: sites have daemons that hang.
namespace espalier::sweep {

/// An element as squeue has it.
struct QueuedElement {
    std::string job;                     ///< the array's number
    std::optional<std::size_t> index{};  ///< none of a job that is no array's
    std::string state;                   ///< "PENDING", "RUNNING", ...
    std::string reason{};                ///< why it waits
    std::string node{};
    std::string name{};

    /// It will run, or runs: whatever is not known to be over.
    bool is_live() const;
    bool is_running() const { return state == "RUNNING"; }
};

/// All elements of these arrays that the queue still knows, by one call; what has ended is known for some minutes.
/// @throws IoError where squeue is not there, fails or does not answer
std::vector<QueuedElement> ask_queue(const std::vector<std::string>& jobs);

/// What `squeue -h -r -t all -o FORMAT` prints. @throws FormatError for a line of another form
std::vector<QueuedElement> parse_queue(std::string_view text);

bool has_squeue();

/// Indices of an array are below this number (MaxArraySize); Slurm's usual one where there is no scontrol.
/// @throws IoError where scontrol fails or does not answer
std::size_t largest_array();
constexpr std::size_t usual_largest_array = 1001;

/// @throws ConfigError where there is no sbatch
void require_sbatch();

/// sbatch has said no: nothing has come into the queue.
class SubmissionRefused : public IoError {
  public:
    using IoError::IoError;
};

/// Submits a script; the array's number.
/// @param after  arrays that must have ended before
/// @throws ConfigError where there is no sbatch; SubmissionRefused in sbatch's words; IoError where it is not known
///         whether the script was submitted
std::string submit_script(const std::filesystem::path& script, const std::vector<std::string>& after);

/// Takes arrays out of the queue; what runs is asked to save and stop.
/// @throws IoError in scancel's words
void cancel_jobs(const std::vector<std::string>& jobs);

}  // namespace espalier::sweep
