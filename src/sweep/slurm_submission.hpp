#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <espalier/sweep/agenda.hpp>
#include <espalier/sweep/slurm_queue.hpp>

/// What a sweep has given to Slurm: a folder an array, called by the time, in DIR/slurm, with job.sh, elements.txt
/// (element.hpp), the elements' logs, and jobs.txt once it is submitted: the array's number and name. States are in the
/// run files alone; here stands only who may be going to change them.
namespace espalier::sweep {

struct Submission {
    std::filesystem::path folder;
    std::string job;
    std::string name;
    std::vector<std::vector<std::filesystem::path>> elements;
};

/// All that were submitted from a sweep's folder, the oldest first.
std::vector<Submission> submissions_of(const std::filesystem::path& out);

std::vector<std::string> jobs_of(const std::vector<Submission>& submissions);

/// Makes the folder of a new submission, called by the time.
std::filesystem::path make_submission_folder(const std::filesystem::path& out);
/// What it would be called.
std::filesystem::path submission_folder(const std::filesystem::path& out);

/// Removes what killed calls left of files in submissions that were not ended.
/// @return those with a job.sh, and neither jobs.txt nor refused.txt: their jobs, where there are any, are in the queue
///         and in no list
std::vector<std::filesystem::path> tidy_submissions(const std::filesystem::path& out);

/// Submits the folder's job.sh; what sbatch refuses is kept in refused.txt. The array's number.
/// @throws as submit_script
std::string submit_folder(const std::filesystem::path& folder, const std::vector<std::string>& after);

/// Writes jobs.txt.
void write_job_number(const std::filesystem::path& folder, const std::string& job, const std::string& name);

/// Folders of runs, absolute, and the live element that has each.
using HeldRuns = std::map<std::filesystem::path, QueuedElement>;

/// @param queue  what ask_queue() says of jobs_of(submissions); an array with another name is somebody else's, whose
///               number was given again
HeldRuns held_runs(const std::vector<Submission>& submissions, const std::vector<QueuedElement>& queue);

/// The element that holds a run, or null.
const QueuedElement* holder_of(const HeldRuns& held, const std::filesystem::path& run);

/// Arrays with a live element, each once.
std::vector<std::string> live_jobs(const HeldRuns& held);

/// Items that are held are nobody else's to run: they get Step::skip, and leave the order.
/// @throws ConfigError where one is held with another configuration than the item has
void leave_held(std::vector<Item>& items, std::vector<std::size_t>& order, const HeldRuns& held);

/// Consecutive runs of the order, so many an element.
std::vector<std::vector<std::size_t>> packed(const std::vector<std::size_t>& order, std::size_t runs_of_element);

/// The longest that a finished run took, in seconds; 0 where there is none.
double longest_finished(const std::vector<Item>& items);

}  // namespace espalier::sweep
