#include <algorithm>

#include <unistd.h>

#include <espalier/base/files/files.hpp>

#include "faults/work.hpp"
#include "support.hpp"
#include "training/child_process.hpp"

namespace espalier::testing {
namespace {

namespace fs = std::filesystem;

const Words in_own_mounts = {"/usr/bin/unshare", "--mount"};

/// Mounting is for the superuser, and not in every container.
bool may_mount(const fs::path& folder) {
    if (!fs::exists(in_own_mounts.front())) return false;
    const std::string line = "mount -t tmpfs -o size=64k none '" + folder.string() + "'";
    return ChildProcess({in_own_mounts[0], in_own_mounts[1], "/bin/sh", "-c", line + " 2>/dev/null"}).wait() == 0;
}

/// What obeys permissions in whatever the superuser starts; nothing for others, who obey them anyway.
Words without_privilege() {
    if (::geteuid() != 0) return {};
    return {"/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"};
}

bool can_be_without_privilege() {
    Words command = without_privilege();
    if (command.empty()) return true;
    if (!fs::exists(command.front())) return false;
    command.emplace_back("/bin/true");
    return ChildProcess(command).wait() == 0;
}

/// The end of a command whose files found no place, what it left and whether it goes on where there is place again.
std::string trouble_after(const Work& work, const Attempt& made, const fs::path& folder) {
    const std::string what = work.name + ": ";
    if (const std::string trouble = trouble_with_end(made); !trouble.empty()) return what + trouble;
    if (const std::string trouble = work.trouble(folder); !trouble.empty()) return what + trouble;
    const std::string trouble = trouble_after_going_on(work, folder);
    return trouble.empty() ? "" : what + trouble;
}

/// Of the works, those that a few may be chosen of: all where everything is tried.
std::vector<Work> chosen_works() {
    std::vector<Work> chosen = works();
    std::erase_if(chosen, [](const Work& work) {
        return work.is_drawn_by_python || work.is_slow || (!is_long() && work.cost > 1);
    });
    return chosen;
}

constexpr const char* on_a_small_disk = R"(
mount -t tmpfs -o size="${SIZE}" none "$DISK" && cp -r "$FROM/." "$DISK" || exit 99
"$@"
status=$?
find "$FROM" -mindepth 1 -delete && cp -r "$DISK/." "$FROM" || exit 98
exit $status
)";

/// In pages, as a disk in memory counts.
std::uintmax_t kilobytes_in(const fs::path& folder) {
    std::uintmax_t pages = 1;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        pages += entry.is_regular_file() ? (entry.file_size() + 4095) / 4096 : 1;
    }
    return 4 * pages;
}

std::string quoted(const fs::path& path) {
    return "'" + path.string() + "'";
}

}  // namespace

TEST_CASE("a limit on the size of files ends a command with one line, and nothing is lost", "[faults][space]") {
    if (!has_faulty_calls()) return;  // the reference's dates stand still
    Tally tally("files limited in size (`ulimit -f`)");
    const std::vector<int> blocks =
        is_long() ? std::vector{1, 2, 5, 10, 20, 40, 60, 80, 100, 120, 140, 160, 400, 1000} : std::vector{20, 110};
    for (const Work& work : chosen_works()) {
        for (const int limit : blocks) {
            const TemporaryFolder folder;
            INFO("ulimit -f " << limit);
            work.prepare(folder.path());
            const std::string line = "ulimit -f " + std::to_string(limit) + "\nexec \"$@\"";
            const Attempt made = attempt_in_shell(line, work.call(folder.path()));
            tally.add(trouble_after(work, made, folder.path()));
        }
    }
}

TEST_CASE("a full disk ends a command with one line, and nothing is lost", "[faults][space]") {
    if (!has_faulty_calls()) return;
    const TemporaryFolder disk;
    if (!may_mount(disk.path()))
        return skip("no disk can be mounted here: that is the superuser's, with a mount namespace");
    Tally tally("a disk with 8 KiB to 1 MiB left (tmpfs)");
    const std::vector<std::uintmax_t> free =
        is_long() ? std::vector<std::uintmax_t>{8, 16, 24, 32, 48, 64, 80, 96, 128, 160, 192, 1024}
                  : std::vector<std::uintmax_t>{48};
    for (const Work& work : chosen_works()) {
        for (const std::uintmax_t more : free) {
            const TemporaryFolder folder;
            work.prepare(folder.path());
            const std::string size = std::to_string(kilobytes_in(folder.path()) + more) + "k";
            INFO("a disk of " << size);
            // What the call names lies on the small disk, and afterwards in the folder.
            const std::string line = "SIZE=" + size + " DISK=" + quoted(folder.path()) + " FROM=" + quoted(disk.path());
            fs::copy(folder.path(), disk.path(), fs::copy_options::recursive);
            const Attempt made = attempt_in_shell(line + on_a_small_disk, work.call(folder.path()), in_own_mounts);
            REQUIRE(made.status < 98);
            const TemporaryFolder after;
            fs::copy(disk.path(), after.path(), fs::copy_options::recursive);
            for (const auto& entry : fs::directory_iterator(disk.path())) fs::remove_all(entry);
            tally.add(trouble_after(work, made, after.path()));
        }
    }
}

TEST_CASE("in a folder that cannot be written to, a command says so and touches nothing", "[faults][space]") {
    if (!has_faulty_calls()) return;
    if (!can_be_without_privilege()) return skip("the superuser's privileges cannot be laid down here (setpriv)");
    Tally tally("a folder without permission to write");
    for (const Work& work : works()) {
        if (work.is_drawn_by_python || is_left_out(work)) continue;
        const TemporaryFolder folder;
        work.prepare(folder.path());
        const Words call = work.call(folder.path());
        std::vector<fs::path> closed = {folder.path()};
        for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
            if (entry.is_directory()) closed.push_back(entry.path());
        }
        for (const fs::path& path : closed) fs::permissions(path, fs::perms::owner_write, fs::perm_options::remove);
        const Attempt made = attempt_in_shell("exec \"$@\"", call, without_privilege());
        for (const fs::path& path : closed) fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
        std::string trouble = made.status == 0 ? "it said that it went well" : trouble_with_end(made);
        if (trouble.empty() && made.err.find(folder.path().string()) == std::string::npos) trouble = made.err;
        tally.add(trouble.empty() ? trouble_after(work, made, folder.path()) : work.name + ": " + trouble);
    }
}

TEST_CASE("a result that standard output cannot take is an error", "[faults][space]") {
    const TemporaryFolder folder;
    if (!fs::exists("/dev/full")) return skip("there is no /dev/full");
    if (!has_faulty_calls()) return;
    Tally tally("standard output full (`/dev/full`)");
    const Work& work = works().front();
    REQUIRE(attempt(work.call(folder.path()), folder.path()).status == 0);
    const std::string run = (folder / "run").string();
    const std::vector<Words> calls = {{"inspect", run},
                                      {"metrics", run},
                                      {"metrics", run, "--csv"},
                                      {"metrics", run, "--json"},
                                      {"distance", run + "@first", run},
                                      {"tickets", "compare", run, run},
                                      {"tickets", "ensemble", run, run},
                                      {"collect", run},
                                      {"collect", run, "--table"},
                                      {"evaluate", run},
                                      {"features", run, "--keep", "3"},
                                      {"datasets"},
                                      {"completion", "bash"},
                                      {"help", "run"},
                                      {"--version"},
                                      {"--help"}};
    for (const Words& call : calls) {
        const Attempt made = attempt_in_shell("exec \"$@\" >/dev/full", call);
        const bool is_told = made.status == 1 && made.err.starts_with("espalier: cannot write to standard output");
        tally.add(is_told ? trouble_with_end(made) : call.front() + ": " + made.err);
    }
}

}  // namespace espalier::testing
