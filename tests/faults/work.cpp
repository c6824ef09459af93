#include "faults/work.hpp"
#include <algorithm>
#include <fstream>

#include <espalier/base/files/files.hpp>
#include <espalier/config/run_execution.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "support.hpp"
#include "training/run_requests.hpp"

namespace espalier::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* settings = R"(seed = 3
[data]
dataset = "digits"
[model]
hidden = [16]
dropout = 0.1
[sparsity]
method = "set"
density = 0.3
update_every = "8it"
[optimizer]
learning_rate = 0.05
[training]
epochs = 2
batch_size = 64
evaluate_every = "10it"
checkpoint_every = "10it"
log = ["jsonl", "csv", "tensorboard"]
[snapshots]
every = "21it"
)";

const std::string old_content = "what was there before\n";

void write_settings(const fs::path& folder) {
    std::ofstream(folder / "base.toml") << settings;
    std::string plain = settings;
    const std::size_t sparse = plain.find("[sparsity]");
    plain.erase(sparse, plain.find("[optimizer]") - sparse);
    std::ofstream(folder / "plain.toml") << plain;
}

std::string input(const char* name) {
    return (inputs() / name).string();
}

/// How many lines a log has; in them stand times.
void add_log(const fs::path& file, const std::string& name, Bits& bits) {
    if (!fs::exists(file)) return;
    const std::string count = std::to_string(std::ranges::count(read_text(file), '\n'));
    bits[name].assign(count.begin(), count.end());
}

void add_run(const fs::path& folder, const std::string& name, Bits& bits) {
    for (auto& [array, values] : all_arrays(folder)) bits[name + array] = std::move(values);
    for (const char* log : {"log.jsonl", "log.csv"}) add_log(folder / log, name + log, bits);
    if (!fs::exists(folder / "ticket.h5")) return;
    Bits ticket;
    collect_arrays(hdf5::File::open(folder / "ticket.h5").root(), "ticket", ticket);
    for (auto& [array, values] : ticket) bits[name + array] = std::move(values);
}

void read_all(const fs::path& file) {
    const training::RunSummary run = training::read_run_summary(file);
    for (const std::string& label : run.snapshots) topology::read_snapshot(file, label);
}

bool is_of_a_process(const std::string& name) {
    return name.find(".tmp-") != std::string::npos || name.find(".part") != std::string::npos ||
           name.ends_with(".journal");
}

/// Files of no use are left.
std::string trouble_with_leftovers(const fs::path& folder) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        if (is_of_a_process(entry.path().filename().string())) return "left behind: " + entry.path().string();
    }
    return "";
}

Words run_call(const fs::path& folder) {
    Words words = {"run", input("base.toml"), "--threads", "1", "--out", (folder / "run").string()};
    if (fs::exists(folder / "run/run.h5")) words.emplace_back("--resume");
    return words;
}

void copy_run(const char* run, const fs::path& folder) {
    fs::copy(inputs() / run, folder / "run", fs::copy_options::recursive);
}

/// A finished run of another seed lies there, which --force replaces; from then on the new one goes on.
Words forced_call(const fs::path& folder) {
    Words words = run_call(folder);
    if (training::read_run_summary(folder / "run/run.h5").info.seed == 3) return words;
    words.back() = "--force";
    return words;
}

Work run_work() {
    return {.name = "run",
            .kills = 290,
            .cost = 1,
            .prepare = [](const fs::path&) {},
            .call = run_call,
            .trouble = trouble_with_runs,
            .bits = bits_of_runs};
}

Work forced_work() {
    return {.name = "run --force",
            .kills = 100,
            .cost = 1,
            .prepare = [](const fs::path& folder) { copy_run("0", folder); },
            .call = forced_call,
            .trouble = trouble_with_runs,
            .bits = bits_of_runs};
}

/// A command that replaces files by others: each is the old or the new one, whole.
/// @param files  relative to the folder
Work output_work(const std::string& name, const Words& call, const Words& files) {
    const std::string out = files.size() > 1 ? "out" : files.front();
    Work work{.name = name,
              .kills = 30,
              .cost = 1,
              .prepare =
                  [files](const fs::path& folder) {
                      for (const std::string& file : files) {
                          fs::create_directories((folder / file).parent_path());
                          std::ofstream(folder / file) << old_content;
                      }
                  },
              .call =
                  [call, out](const fs::path& folder) {
                      Words words = call;
                      words.push_back((folder / out).string());
                      return words;
                  },
              .trouble = {},
              .bits =
                  [files](const fs::path& folder) {
                      Bits bits;
                      for (const std::string& file : files) bits[file] = bytes_of(folder / file);
                      return bits;
                  }};
    work.trouble = [work, files](const fs::path& folder) -> std::string {
        for (const std::string& file : files) {
            if (!fs::exists(folder / file)) return file + " is gone";
            const std::vector<char> found = bytes_of(folder / file);
            const bool is_old = std::ranges::equal(found, old_content);
            if (!is_old && found != reference(work).bits.at(file)) return file + " is neither the old nor the new one";
        }
        return "";
    };
    return work;
}

/// A command that keeps the parts of its work in a folder, and goes on with those that are missing.
Work parts_work(const std::string& name, const Words& call) {
    return {.name = name,
            .kills = 20,
            .cost = 1,
            .prepare = [](const fs::path&) {},
            .call =
                [call](const fs::path& folder) {
                    Words words = call;
                    words.insert(words.end(), {"--work", (folder / "work").string()});
                    return words;
                },
            .trouble = [](const fs::path&) { return ""; },
            .bits =
                [](const fs::path& folder) {
                    Bits bits;
                    for (const fs::directory_entry& entry : fs::directory_iterator(folder / "work")) {
                        bits[entry.path().filename().string()] = bytes_of(entry.path());
                    }
                    return bits;
                }};
}

/// What it measures is never the same twice: it is whole where a run takes it for its own.
std::string trouble_with_crossovers(const fs::path& folder) {
    const fs::path file = folder / "crossovers.toml";
    if (!fs::exists(file)) return file.string() + " is gone";
    if (std::ranges::equal(bytes_of(file), old_content)) return "";
    try {
        config::read_crossovers(file);
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

Work tune_work() {
    return {.name = "tune",
            .kills = 10,
            .cost = 30,
            .prepare = [](const fs::path& folder) { std::ofstream(folder / "crossovers.toml") << old_content; },
            .call =
                [](const fs::path& folder) {
                    return Words{"tune", "--quick", "--out", (folder / "crossovers.toml").string()};
                },
            .trouble = trouble_with_crossovers,
            .bits =
                [](const fs::path& folder) {
                    const bool is_new = !std::ranges::equal(bytes_of(folder / "crossovers.toml"), old_content);
                    return Bits{{"is new", {is_new ? 'y' : 'n'}}};
                },
            .is_slow = true};
}

std::vector<Work> all_works() {
    const std::string a = input("0");
    const std::string b = input("1");
    std::vector<Work> works = {run_work(), forced_work()};
    std::ranges::move(sweep_works(), std::back_inserter(works));
    works.push_back(output_work("tickets superpose",
                                {"tickets", "superpose", a, b, "--method", "uniform_soup", "--force", "--out"},
                                {"one.h5"}));
    works.push_back(output_work("import", {"import", input("masks.npz"), "--force", "--out"}, {"masks.h5"}));
    works.push_back(output_work("export of masks", {"export", a, "--format", "npz", "--force", "--out"},
                                {"out/000_fc1.npz", "out/003_fc2.npz"}));
    works.push_back(output_work("export of a state dict", {"export", a, "--format", "state-dict", "--force", "--out"},
                                {"net.safetensors"}));
    works.back().kills = 15;
    works.push_back(
        output_work("export --structured", {"export", a, "--structured", "--force", "--out"}, {"small.h5"}));
    works.back().kills = 15;
    works.push_back(output_work("export --merge-kernels",
                                {"export", input("slak"), "--merge-kernels", "--force", "--out"}, {"merged.h5"}));
    works.back().kills = 10;
    works.push_back(output_work("evaluate --logits", {"evaluate", a, "--force", "--logits"}, {"logits.npz"}));
    works.back().kills = 15;
    works.push_back(output_work("evaluate --suite",
                                {"evaluate", a, "--force", "--suite", "calibration,hard_samples", "--out"},
                                {"robustness.json"}));
    works.back().kills = 15;
    works.push_back(output_work("features", {"features", a, "--keep", "9", "--force", "--out"}, {"picked.txt"}));
    works.push_back(output_work("collect", {"collect", a, b, "--out"}, {"runs.csv"}));
    works.back().kills = 20;
    works.push_back(output_work("report", {"report", a, b, "--force", "--out"}, {"page.html"}));
    works.push_back(parts_work("distance --work", {"distance", a, b, a + "@first", b + "@first", "--block", "1"}));
    works.push_back(parts_work("metrics --work", {"metrics", a, b, "--metric", "degree"}));
    works.push_back(output_work("help --man-pages", {"help", "--man-pages"}, {"out/espalier.1", "out/espalier-run.1"}));
    works.back().kills = 10;
    works.push_back(tune_work());
    works.push_back(output_work("plot", {"plot", a, b, "--force", "--out"}, {"figure.pdf"}));
    works.back().is_drawn_by_python = true;
    works.back().kills = 10;
    works.back().cost = 10;
    // A command whose processes exchange what they train (MPI) takes its place here: how it is called, what it makes.
    return works;
}

}  // namespace

const fs::path& inputs() {
    static const TemporaryFolder folder;
    static const fs::path path = [] {
        write_settings(folder.path());
        for (const char* seed : {"0", "1"}) {
            const Attempt made = attempt({"run", (folder / "base.toml").string(), "--threads", "1", "--set",
                                          std::string("seed=") + seed, "--out", (folder / seed).string()},
                                         folder.path());
            REQUIRE(made.status == 0);
        }
        const Attempt parallel =
            attempt({"run", (folder / "base.toml").string(), "--threads", "1", "--set", "model.kind=slak_1_1", "--set",
                     "model.width=4", "--set", "model.kernels=[7,5]", "--set", "model.hidden=[300,100]", "--set",
                     "model.dropout=0", "--out", (folder / "slak").string()},
                    folder.path());
        REQUIRE(parallel.status == 0);
        const Attempt made =
            attempt({"export", (folder / "0").string(), "--format", "npz", "--out", (folder / "masks.npz").string()},
                    folder.path());
        REQUIRE(made.status == 0);
        return folder.path();
    }();
    return path;
}

std::vector<char> bytes_of(const fs::path& file) {
    const std::string text = read_text(file);
    return {text.begin(), text.end()};
}

Bits bits_of_runs(const fs::path& folder) {
    Bits bits;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().filename() != "run.h5") continue;
        const fs::path run = entry.path().parent_path();
        add_run(run, fs::relative(run, folder).string() + "/", bits);
    }
    return bits;
}

// The temporaries and journals of the dead are nobody's input.
std::string trouble_with_runs(const fs::path& folder) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().filename() != "run.h5") continue;
        try {
            read_all(entry.path());
        } catch (const Error& error) {
            return entry.path().string() + ": " + error.what();
        }
    }
    return "";
}

const std::vector<Work>& works() {
    static const std::vector<Work> all = all_works();
    return all;
}

bool is_left_out(const Work& work) {
    if (work.is_slow && !is_long()) return true;
    return work.is_drawn_by_python && !has_drawing_python();
}

bool has_drawing_python() {
    static const bool has = [] {
        const TemporaryFolder folder;
        return attempt({"plot", input("0"), "--out", (folder / "figure.pdf").string()}, folder.path()).status == 0;
    }();
    if (!has) skip("espalier plot draws nothing here: Python's Matplotlib or the Python module is missing");
    return has;
}

const Reference& reference(const Work& work) {
    static std::map<std::string, Reference> known;
    const auto found = known.find(work.name);
    if (found != known.end()) return found->second;
    const TemporaryFolder folder;
    INFO(work.name);
    work.prepare(folder.path());
    const Attempt made = attempt(work.call(folder.path()), folder.path());
    INFO(made.err);
    REQUIRE(made.status == 0);
    REQUIRE(trouble_with_leftovers(folder.path()).empty());
    return known[work.name] = {.bits = work.bits(folder.path()), .calls = made.calls};
}

std::string trouble_after_going_on(const Work& work, const fs::path& folder) {
    const Attempt made = attempt(work.call(folder), folder);
    if (made.status != 0) return "going on: " + made.err;
    if (work.bits(folder) != reference(work).bits) return "other bits than those of the undisturbed one";
    return trouble_with_leftovers(folder);
}

}  // namespace espalier::testing
