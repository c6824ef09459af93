#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <espalier/base/files/program.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/cli/commands/element_work.hpp>
#include <espalier/cli/commands/sweep_work.hpp>
#include <espalier/cli/terminal/app.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/signals.hpp>
#include <espalier/sweep/element.hpp>

namespace espalier::cli {
namespace {

using sweep::Item;

constexpr auto patience_with_others = std::chrono::seconds(75);  // an owner on another machine is believed for 60
constexpr auto scontrol_limit = std::chrono::seconds(60);

std::optional<std::size_t> number_in(const char* text) {
    if (text == nullptr) return std::nullopt;
    const std::string_view digits = text;
    std::size_t number = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return failed == std::errc{} && end == digits.data() + digits.size() ? std::optional(number) : std::nullopt;
}

std::size_t slurm_restarts() {
    return number_in(std::getenv("SLURM_RESTART_COUNT")).value_or(0);
}

/// Why this element is not put back into the queue; empty where it is.
std::string requeue(const ElementRequest& request) {
    const char* array = std::getenv("SLURM_ARRAY_JOB_ID");
    const char* task = std::getenv("SLURM_ARRAY_TASK_ID");
    if (array == nullptr || task == nullptr) return "this is no element of an array of Slurm";
    if (slurm_restarts() >= request.requeues) {
        return "it was started again " + std::to_string(slurm_restarts()) + " times already";
    }
    if (!find_program("scontrol")) return "there is no scontrol on this machine";
    // Of an array's job the number alone would mean other elements.
    const ProgramEnd end =
        call_program({"scontrol", "requeue", std::string(array) + "_" + std::string(task)}, scontrol_limit);
    return end.is_good() ? "" : "scontrol: " + end.trouble();
}

bool is_left(const Item& item) {
    return item.status == "interrupted" || item.status == "queued";
}

}  // namespace

void add_element(Parser& app, ElementRequest& request) {
    const Option element =
        app.add_option("--element", request.folder,
                       "Work off one element of a batch system's array: the runs in a line of DIR/elements.txt")
            .type_name("DIR");
    app.add_option("--index", request.index,
                   "Which element, counted from 0; where not given, SLURM_ARRAY_TASK_ID says so")
        .needs(element)
        .type_name("N");
    app.add_option("--requeues", request.requeues,
                   "How often SIGUSR1, which Slurm sends before a time limit, may put the element back into Slurm's "
                   "queue; never where not given")
        .needs(element)
        .type_name("N");
}

void require_element_alone(bool has_more) {
    if (!has_more) return;
    throw ConfigError(
        "--element takes its runs from its folder: beside it there may be --index, --requeues, --jobs, "
        "--threads, --progress and --json alone");
}

void tell_refused(const report::SweepResult& result) {
    for (const Item& item : result.items) {
        if (item.step == sweep::Step::refuse) print_notice(sweep::why_refused(item));
    }
}

std::size_t index_of(const ElementRequest& request) {
    if (request.index) return *request.index;
    const char* task = std::getenv("SLURM_ARRAY_TASK_ID");
    if (const auto number = number_in(task)) return *number;
    throw ConfigError(task == nullptr ? "--element: which one? --index N, or SLURM_ARRAY_TASK_ID in an array of Slurm"
                                      : "SLURM_ARRAY_TASK_ID is no number; --index N says which element");
}

std::vector<Item> settled_agenda(const std::function<std::vector<Item>()>& look) {
    const auto until = std::chrono::steady_clock::now() + patience_with_others;
    const auto is_others = [](const Item& item) { return item.state.status == "running"; };
    std::vector<Item> agenda = look();
    while (std::ranges::any_of(agenda, is_others) && !stop_requested() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        agenda = look();
    }
    return agenda;
}

int element_status(const report::SweepResult& result, const ElementRequest& request) {
    if (!result.stopped) return status_of(result);
    if (is_warned_alone() && std::ranges::any_of(result.items, is_left)) {
        const std::string why_not = requeue(request);
        print_notice(why_not.empty() ? "all is saved, and the element is back in Slurm's queue"
                                     : "all is saved; not put back into Slurm's queue: " + why_not);
    }
    return interrupted;
}

int work_off_element(const ElementRequest& request, int jobs, int threads, ProgressForm form, bool json) {
    const std::size_t index = index_of(request);
    catch_stop_signals();
    report::SweepResult result{.name = "element " + std::to_string(index), .out = request.folder};
    result.items = settled_agenda([&] { return sweep::element_agenda(request.folder, index); });
    const std::vector<std::size_t> order = sweep::execution_order(result.items, 1);
    std::vector<sweep::Job> work;
    for (const std::size_t k : order) work.push_back(sweep::job_of(result.items[k]));
    work_off(result.items, order, std::move(work), sweep::limits(available_cores(), jobs, threads), form,
             [](std::size_t) {});
    result.stopped = stop_requested() && result.count("finished") < result.items.size();
    write_stdout(json ? report::sweep_json(result) : report::sweep_text(result));
    tell_refused(result);
    return element_status(result, request);
}

}  // namespace espalier::cli
