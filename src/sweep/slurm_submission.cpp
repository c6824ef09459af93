#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <set>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/sweep/element.hpp>
#include <espalier/sweep/slurm_submission.hpp>

namespace espalier::sweep {
namespace {

namespace fs = std::filesystem;

constexpr const char* numbers_of_jobs = "jobs.txt";
constexpr const char* words_of_refusal = "refused.txt";

std::string utc_time() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H%M%SZ", &parts)};
}

fs::path settled(const fs::path& run) {
    return fs::absolute(run).lexically_normal();
}

Submission read_submission(const fs::path& folder) {
    Submission read{.folder = folder, .job = {}, .name = {}, .elements = read_elements(folder)};
    const std::string line = split_lines(read_text(folder / numbers_of_jobs)).front();
    const std::size_t tab = line.find('\t');
    read.job = line.substr(0, tab);
    if (tab != std::string::npos) read.name = line.substr(tab + 1);
    return read;
}

void require_same(const Item& item, const QueuedElement& element) {
    std::error_code failed;
    if (!fs::exists(item.folder / "run.toml", failed)) return;
    const config::RunConfig there = prepared_point(item.folder).config;
    for (const config::Key* key : differing_keys(there, item.point.config)) {
        throw ConfigError(item.folder.string() + " is in Slurm's queue (job " + element.job +
                          ") with another configuration: " + key->name + " = " + config::toml_text(key->get(there)) +
                          " there, " + config::toml_text(key->get(item.point.config)) +
                          " now; --cancel takes the sweep out of the queue, or take another --out");
    }
}

}  // namespace

std::vector<Submission> submissions_of(const fs::path& out) {
    std::vector<fs::path> folders;
    std::error_code none;
    for (const fs::directory_entry& entry : fs::directory_iterator(out / "slurm", none)) {
        if (fs::exists(entry.path() / numbers_of_jobs, none)) folders.push_back(entry.path());
    }
    std::ranges::sort(folders, natural_less, [](const fs::path& path) { return path.string(); });
    std::vector<Submission> all;
    for (const fs::path& folder : folders) all.push_back(read_submission(folder));
    return all;
}

std::vector<std::string> jobs_of(const std::vector<Submission>& submissions) {
    std::vector<std::string> jobs;
    for (const Submission& submission : submissions) jobs.push_back(submission.job);
    return jobs;
}

fs::path submission_folder(const fs::path& out) {
    const std::string time = (out / "slurm" / utc_time()).string();
    std::error_code none;
    fs::path folder = time;
    for (int number = 2; fs::exists(folder, none); ++number) folder = time + "-" + std::to_string(number);
    return folder;
}

fs::path make_submission_folder(const fs::path& out) {
    fs::path folder = submission_folder(out);
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) throw IoError("cannot make the folder " + folder.string() + ": " + failed.message());
    return folder;
}

std::vector<fs::path> tidy_submissions(const fs::path& out) {
    std::vector<fs::path> unknown;
    std::error_code none;
    for (const fs::directory_entry& submission : fs::directory_iterator(out / "slurm", none)) {
        const fs::path& folder = submission.path();
        if (!fs::is_directory(folder, none) || fs::exists(folder / numbers_of_jobs, none)) continue;
        std::set<fs::path> targets;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
            const std::string name = entry.path().filename().string();
            const std::size_t mark = name.rfind(".tmp-");
            if (mark != std::string::npos) targets.insert(folder / name.substr(0, mark));
        }
        for (const fs::path& target : targets) remove_stale_temporaries(target, MadeOn::this_machine);
        if (fs::exists(folder / "job.sh", none) && !fs::exists(folder / words_of_refusal, none))
            unknown.push_back(folder);
    }
    std::ranges::sort(unknown);
    return unknown;
}

std::string submit_folder(const fs::path& folder, const std::vector<std::string>& after) {
    try {
        return submit_script(folder / "job.sh", after);
    } catch (const SubmissionRefused& refusal) {
        std::ofstream(folder / words_of_refusal) << refusal.what() << '\n';
        throw;
    }
}

void write_job_number(const fs::path& folder, const std::string& job, const std::string& name) {
    replace_file(folder / numbers_of_jobs, [&](const fs::path& temporary) {
        std::ofstream file(temporary, std::ios::binary);
        file << job << '\t' << name << '\n';
        if (!file.flush()) throw IoError("cannot write " + (folder / numbers_of_jobs).string());
    });
}

HeldRuns held_runs(const std::vector<Submission>& submissions, const std::vector<QueuedElement>& queue) {
    HeldRuns held;
    for (const Submission& submission : submissions) {
        for (const QueuedElement& element : queue) {
            const bool is_its = element.job == submission.job && element.name == submission.name && element.is_live();
            if (!is_its || !element.index || *element.index >= submission.elements.size()) continue;
            for (const fs::path& run : submission.elements[*element.index]) held[settled(run)] = element;
        }
    }
    return held;
}

const QueuedElement* holder_of(const HeldRuns& held, const fs::path& run) {
    const auto found = held.find(settled(run));
    return found == held.end() ? nullptr : &found->second;
}

std::vector<std::string> live_jobs(const HeldRuns& held) {
    std::set<std::string> jobs;
    for (const auto& [run, element] : held) jobs.insert(element.job);
    return {jobs.begin(), jobs.end()};
}

void leave_held(std::vector<Item>& items, std::vector<std::size_t>& order, const HeldRuns& held) {
    for (Item& item : items) {
        const QueuedElement* holder = holder_of(held, item.folder);
        if (holder == nullptr || item.step == Step::skip) continue;
        require_same(item, *holder);
        item.step = Step::skip;
    }
    std::erase_if(order, [&](std::size_t k) { return items[k].step == Step::skip; });
}

std::vector<std::vector<std::size_t>> packed(const std::vector<std::size_t>& order, std::size_t runs_of_element) {
    std::vector<std::vector<std::size_t>> elements;
    for (std::size_t k = 0; k < order.size(); ++k) {
        if (k % runs_of_element == 0) elements.emplace_back();
        elements.back().push_back(order[k]);
    }
    return elements;
}

double longest_finished(const std::vector<Item>& items) {
    double longest = 0.0;
    for (const Item& item : items) {
        if (item.state.status != "finished") continue;
        const double seconds = item.state.record.result("seconds");
        if (seconds > longest) longest = seconds;
    }
    return longest;
}

}  // namespace espalier::sweep
