#include "attempt.hpp"
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <espalier/base/files/files.hpp>

#include "cli/child.hpp"
#include "faults/ledger.hpp"
#include "support.hpp"
#include "training/child_process.hpp"

namespace espalier::testing {
namespace {

namespace fs = std::filesystem;

/// The library's side of it, read.
class OpenLedger {
  public:
    explicit OpenLedger(const fs::path& file) : descriptor_(::open(file.c_str(), O_RDWR | O_CLOEXEC)) {
        REQUIRE(descriptor_ >= 0);
        shared_ = ::mmap(nullptr, sizeof(Ledger), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
        REQUIRE(shared_ != MAP_FAILED);
    }
    OpenLedger(const OpenLedger&) = delete;
    OpenLedger& operator=(const OpenLedger&) = delete;
    ~OpenLedger() {
        ::munmap(shared_, sizeof(Ledger));
        ::close(descriptor_);
    }
    const Ledger& operator*() const { return *static_cast<const Ledger*>(shared_); }

  private:
    int descriptor_;
    void* shared_ = nullptr;
};

}  // namespace

bool has_faulty_calls() {
    if (!std::string(FAULTY_CALLS).empty()) return true;
    skip("this build cannot load a library in front of the C library");
    return false;
}

void new_ledger(const fs::path& ledger) {
    std::ofstream(ledger, std::ios::binary) << std::string(sizeof(Ledger), '\0');
}

std::vector<std::string> faulty_environment(const fs::path& ledger, const fs::path& under, const Fault& fault) {
    const auto set = [](const char* name, const std::string& value) { return std::string(name) + "=" + value; };
    return {set("LD_PRELOAD", FAULTY_CALLS),
            set(faults_environment::ledger, ledger.string()),
            set(faults_environment::under, under.string()),
            set(faults_environment::at, std::to_string(fault.at)),
            set(faults_environment::action, fault.action),
            set(faults_environment::clock, fault.clock)};
}

Attempt attempt(const Words& arguments, const fs::path& under, const Fault& fault) {
    const TemporaryFolder folder;
    const Orphans orphans;
    new_ledger(folder / "ledger");
    const OpenLedger ledger(folder / "ledger");
    const Outcome outcome = espalier(arguments, faulty_environment(folder / "ledger", under, fault));
    orphans.wait();
    Attempt made{.status = outcome.status, .out = outcome.out, .err = outcome.err, .place = {}};
    made.calls = (*ledger).calls;
    made.runs = (*ledger).runs;
    made.struck = (*ledger).struck > 0;
    made.place = "call " + std::to_string(fault.at) + ", " + (*ledger).place;
    return made;
}

Attempt attempt_in_shell(const std::string& line, const Words& arguments, Words shell) {
    const TemporaryFolder folder;
    const fs::path errors = folder / "errors";
    std::ofstream(errors).close();
    new_ledger(folder / "ledger");  // for the clock alone, so that dates are equal: no file lies below `none`
    const Words still = faulty_environment(folder / "ledger", folder / "none", {});
    shell.insert(shell.begin(), still.begin(), still.end());
    shell.insert(shell.begin(), "/usr/bin/env");
    shell.insert(shell.end(), {"/bin/sh", "-c", "exec 2>\"$0\"\n" + line, errors.string(), ESPALIER_PROGRAM});
    shell.insert(shell.end(), arguments.begin(), arguments.end());
    ChildProcess child(shell);
    Attempt made{.out = child.output(), .err = {}, .place = {}};
    made.status = child.wait();
    made.err = read_text(errors);
    return made;
}

std::string trouble_with_end(const Attempt& attempt) {
    if (attempt.status == 0) return "";
    const std::string end = "status " + std::to_string(attempt.status) + ", stderr: " + attempt.err;
    if (attempt.status != 1) return end;
    int errors = 0;
    std::istringstream lines(attempt.err);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("espalier: ")) return end;
        if (!line.starts_with("espalier: note: ")) ++errors;
    }
    return errors == 1 ? "" : end;
}

bool is_long() {
    const char* wanted = std::getenv("ESPALIER_LONG_TESTS");
    return wanted != nullptr && *wanted != '\0';
}

void Tally::add(const std::string& trouble, int faults) {
    tried_ += static_cast<std::uint64_t>(faults);
    if (!trouble.empty()) lost_ += static_cast<std::uint64_t>(faults);
    CHECK(trouble == "");  // NOLINT(readability-container-size-empty): a failure shows the text
}

Tally::~Tally() {
    if (!is_long()) return;
    std::ostringstream row;
    row << "| " << what_ << " | " << tried_ << " | " << tried_ - lost_ << " | " << lost_ << " |\n";
    std::cout << row.str() << std::flush;
    if (const char* table = std::getenv("ESPALIER_FAULTS_TABLE")) std::ofstream(table, std::ios::app) << row.str();
}

}  // namespace espalier::testing
