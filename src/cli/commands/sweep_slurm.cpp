#include <algorithm>

#include <espalier/cli/commands/slurm_watch.hpp>
#include <espalier/cli/commands/sweep_slurm.hpp>
#include <espalier/cli/terminal/app.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/progress.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;

/// More processors than runs are paid for and not used.
void tell_idle(const sweep::SlurmSettings& settings, std::size_t runs_of_job, std::size_t runs) {
    const auto side = static_cast<std::size_t>(settings.side_by_side());
    if (runs == 0 || std::min(runs_of_job, runs) >= side) return;
    print_notice("a job of cpus = " + std::to_string(settings.cpus) + " has room for " + std::to_string(side) +
                 " runs side by side, and gets " + std::to_string(std::min(runs_of_job, runs)) +
                 "; runs_per_job in [slurm] says how many");
}

/// The sweep's runs, looked at by nobody yet.
report::SweepResult all_runs(const SweepRequest& request) {
    const sweep::SweepFile file = sweep::read_sweep_file(request.file);
    report::SweepResult result{.name = file.name,
                               .out = request.out.empty() ? fs::path("runs") / file.name : fs::path(request.out)};
    for (sweep::Point& point : points_of(file, request.assignments)) {
        sweep::Item item{.point = std::move(point), .folder = {}, .state = {}};
        item.folder = result.out / item.point.name;
        result.items.push_back(std::move(item));
    }
    return result;
}

/// The table stands at the end of a sweep; where runs are left, the lines that were shown say more.
int watch(report::SweepResult result, bool shows, bool json) {
    watch_runs(result, shows && !json);
    if (!shows || json || result.status() != "interrupted")
        write_stdout(json ? report::sweep_json(result) : report::sweep_text(result));
    return watched_status(result);
}

}  // namespace

int sweep_in_slurm(const SweepRequest& request, const SlurmRequest& slurm, bool json) {
    if (slurm.cancel) return cancel_sweep(all_runs(request).out);
    if (!slurm.submits()) return watch(all_runs(request), true, json);
    PlannedSweep planned = plan_sweep(request, print_notice, std::chrono::milliseconds(0));
    report::SweepResult& result = planned.result;
    const sweep::HeldRuns held = held_now(result.out);
    sweep::leave_held(result.items, planned.order, held);
    sweep::require_possible(result.items);
    const sweep::SlurmSettings& settings = planned.file.slurm;
    const std::size_t runs_of_job = settings.runs_of_job(sweep::longest_finished(result.items));
    tell_idle(settings, runs_of_job, planned.order.size());
    const SlurmWork work{.name = result.name,
                         .out = result.out,
                         .settings = settings,
                         .command = {"sweep"},
                         .elements = sweep::packed(planned.order, runs_of_job),
                         .live = sweep::live_jobs(held)};
    if (request.dry_run) {
        const std::vector<SubmittedArray> arrays = would_submit(work);
        write_stdout(json ? submitted_json(result, arrays) : scripts_text(arrays));
        return done;
    }
    for (const std::size_t k : planned.order) sweep::prepare(result.items[k]);
    const std::vector<SubmittedArray> arrays = submit(work, result.items);
    planned.lock.reset();
    const bool stays = slurm.wait || slurm.watch;
    if (!json || !stays) write_stdout(json ? submitted_json(result, arrays) : submitted_text(result, arrays));
    return stays ? watch(all_runs(request), slurm.watch, json) : done;
}

}  // namespace espalier::cli
