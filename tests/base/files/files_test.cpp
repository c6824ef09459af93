#include <atomic>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>

#include "base/files/temporary_of.hpp"
#include "file_fault.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;
namespace {

void write_text(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("replace_file: new content, old mode bits, links stay links, nothing left over", "[base][files]") {
    const TemporaryFolder folder;
    const auto target = folder / "data";
    write_text(target, "old");
    ::chmod(target.c_str(), 0640);
    std::filesystem::create_symlink(target, folder / "link");
    replace_file(folder / "link", [](const auto& temporary) { write_text(temporary, "new"); });
    CHECK(read_text(target) == "new");
    CHECK(std::filesystem::is_symlink(folder / "link"));
    struct stat info {};
    ::stat(target.c_str(), &info);
    CHECK((info.st_mode & 0777) == 0640);
    CHECK(entries_in(folder.path()) == 2);
}

TEST_CASE("replace_file: whichever call fails, the old file is whole and no temporary stays", "[base][files]") {
    const TemporaryFolder folder;
    const auto source = folder / "source";
    const auto target = folder / "target";
    write_text(source, "new");
    int calls = 0;
    for (int failing = 1;; ++failing) {
        write_text(target, "old");
        calls = 0;
        bool done = false;
        try {
            const FileFault fault([&](const std::string&) { return ++calls == failing ? ENOSPC : 0; });
            publish_copy(source, target);
            done = true;
        } catch (const IoError& error) {
            CHECK_THAT(error.what(), Contains("No space left"));
        }
        CHECK(entries_in(folder.path()) == 2);
        const std::string text = read_text(target);
        CHECK((text == "old" || text == "new"));
        if (done) {
            CHECK(text == "new");
            CHECK(failing == calls + 1);  // every call was made to fail once
            break;
        }
    }
    CHECK(calls >= 5);
}

TEST_CASE("replace_file: an exception of the writer leaves the old file", "[base][files]") {
    const TemporaryFolder folder;
    write_text(folder / "f", "old");
    CHECK_THROWS_AS(replace_file(folder / "f",
                                 [](const auto& temporary) {
                                     write_text(temporary, "half");
                                     throw IoError("no");
                                 }),
                    IoError);
    CHECK(read_text(folder / "f") == "old");
    CHECK(entries_in(folder.path()) == 1);
}

/// The part of a temporary's name that says the machine.
std::string machine_of(const std::filesystem::path& temporary) {
    const std::string name = temporary.string();
    return name.substr(name.rfind('-'));
}

TEST_CASE("replace_file: nothing is written through what lies in the temporary's place", "[base][files]") {
    const TemporaryFolder folder;
    const auto target = folder / "f";
    const auto temporary = temporary_of(target);
    CHECK(temporary.string() == (folder / "f").string() + ".tmp-" + std::to_string(::getpid()) + machine_of(temporary));
    write_text(folder / "precious", "untouched");
    const auto replace = [&] { replace_file(target, [](const auto& file) { write_text(file, "new"); }); };
    SECTION("a link") {
        std::filesystem::create_symlink(folder / "precious", temporary);
        CHECK_THROWS_WITH(replace(), Contains("cannot write") && Contains("File exists"));
        CHECK(std::filesystem::is_symlink(temporary));
        CHECK_FALSE(std::filesystem::exists(target));
    }
    SECTION("a FIFO") {
        REQUIRE(::mkfifo(temporary.c_str(), 0600) == 0);
        CHECK_THROWS_WITH(replace(), Contains("File exists"));
        CHECK(std::filesystem::is_fifo(temporary));
    }
    SECTION("what an earlier process of the same number left") {
        write_text(temporary, "half");
        replace();
        CHECK(read_text(target) == "new");
        CHECK_FALSE(std::filesystem::exists(temporary));
    }
    CHECK(read_text(folder / "precious") == "untouched");
}

TEST_CASE("replace_file: only a regular file is replaced", "[base][files]") {
    const TemporaryFolder folder;
    bool has_written = false;
    const auto replace = [&](const std::filesystem::path& target) {
        replace_file(target, [&](const auto&) { has_written = true; });
    };
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    std::filesystem::create_symlink(folder / "fifo", folder / "link");
    std::filesystem::create_symlink("/dev/null", folder / "null");
    CHECK_THROWS_WITH(replace(folder / "fifo"),
                      Contains("cannot write") && Contains("it is a FIFO, not a regular file"));
    CHECK_THROWS_WITH(replace(folder / "link"), Contains("it is a FIFO"));
    CHECK_THROWS_WITH(replace(folder / "null"), Contains("it is a device"));
    CHECK_THROWS_WITH(replace(folder.path()), Contains("it is a directory"));
    CHECK(std::filesystem::is_fifo(folder / "fifo"));
    CHECK_FALSE(has_written);
    CHECK(entries_in(folder.path()) == 3);
}

TEST_CASE("publish_linked: one file under both names, or a copy where that cannot be", "[base][files]") {
    const TemporaryFolder folder;
    const auto source = folder / "run.part";
    const auto target = folder / "run.h5";
    write_text(target, "old");
    std::filesystem::permissions(target, std::filesystem::perms(0600));
    for (const bool links : {true, false}) {
        INFO("links " << links);
        write_text(source, links ? "new 1" : "new 0");
        const std::uint64_t before = file_bytes_written();
        inject_file_fault = [&](const std::string& operation) { return operation == "link" && !links ? EPERM : 0; };
        publish_linked(source, target);
        inject_file_fault = nullptr;
        CHECK(read_text(target) == read_text(source));
        CHECK(std::filesystem::equivalent(source, target) == links);
        CHECK(file_bytes_written() - before == (links ? 0 : 5));
        CHECK(std::filesystem::status(target).permissions() == std::filesystem::perms(0600));
        CHECK(entries_in(folder.path()) == 2);
        std::filesystem::remove(source);
        CHECK(read_text(target) == (links ? "new 1" : "new 0"));
    }
}

TEST_CASE("publish_linked: whichever call fails, the old file is whole and no temporary stays", "[base][files]") {
    const TemporaryFolder folder;
    write_text(folder / "run.part", "new");
    write_text(folder / "run.h5", "old");
    for (const std::string failing : {"open", "fsync", "rename"}) {
        INFO(failing);
        inject_file_fault = [&](const std::string& operation) { return operation == failing ? EIO : 0; };
        CHECK_THROWS_AS(publish_linked(folder / "run.part", folder / "run.h5"), IoError);
        inject_file_fault = nullptr;
        CHECK(read_text(folder / "run.h5") == "old");
        CHECK(entries_in(folder.path()) == 2);
    }
}

TEST_CASE("remove_stale_temporaries: files of our own naming go, nothing else", "[base][files]") {
    const TemporaryFolder folder;
    const std::vector<std::string> others = {
        "run.h5",         "other.tmp-123",         "run.h5.tmp-",          "run.h5.tmp-notes",
        "run.h5.tmp-12a", "run.h5.tmp-012",        "run.h5.tmp--12",       "my-run.h5.tmp-1",
        "run.h5.tmp-+1",  "run.h5.tmp-0",          "run.h5.tmp-1 ",        "run.h5.tmp-99999999999",
        "run.h5.tmp-1-",  "run.h5.tmp-1-0A1b2c3d", "run.h5.tmp-1-0a1b2c3", "run.h5.tmp-0-0a1b2c3d"};
    for (const std::string& name : others) write_text(folder / name, "x");
    const std::string here = machine_of(temporary_of(folder / "f"));
    const std::vector<std::string> of_here = {"run.h5.tmp-1" + here, "run.h5.tmp-2147483647" + here};
    const std::vector<std::string> of_others = {"run.h5.tmp-1", "run.h5.tmp-7-0123abcd"};
    for (const std::string& name : of_here) write_text(folder / name, "x");
    for (const std::string& name : of_others) write_text(folder / name, "x");
    std::filesystem::create_symlink(folder / "run.h5", folder / "run.h5.tmp-2");
    std::filesystem::create_directory(folder / "run.h5.tmp-3");
    REQUIRE(::mkfifo((folder / "run.h5.tmp-4").c_str(), 0600) == 0);
    remove_stale_temporaries(folder / "run.h5", MadeOn::this_machine);
    for (const std::string& name : of_here) CHECK_FALSE(std::filesystem::exists(folder / name));
    for (const std::string& name : of_others) CHECK(std::filesystem::exists(folder / name));
    remove_stale_temporaries(folder / "run.h5", MadeOn::any);
    for (const std::string& name : others) CHECK(std::filesystem::exists(folder / name));
    for (const char* name : {"run.h5.tmp-2", "run.h5.tmp-3", "run.h5.tmp-4"}) {
        CHECK(std::filesystem::exists(folder / name));
    }
    CHECK(entries_in(folder.path()) == others.size() + 3);
}

TEST_CASE("replace_file: what a killed process of this machine left of the same target goes", "[base][files]") {
    const TemporaryFolder folder;
    const std::string here = machine_of(temporary_of(folder / "f"));
    const std::string elsewhere = here == "-0123abcd" ? "-0123abce" : "-0123abcd";
    const std::vector<std::string> others = {"g.tmp-1" + here, "f.tmp-1" + elsewhere, "f.tmp-1"};
    for (const std::string& name : others) write_text(folder / name, "half");
    for (const char* process : {"1", "2147483647"}) write_text(folder / ("f.tmp-" + (process + here)), "half");
    replace_file(folder / "f", [](const auto& temporary) { write_text(temporary, "whole"); });
    CHECK(read_text(folder / "f") == "whole");
    for (const std::string& name : others) CHECK(std::filesystem::exists(folder / name));
    CHECK(entries_in(folder.path()) == others.size() + 1);
}

TEST_CASE("replace_file: a temporary that somebody takes away before it is locked is made again", "[base][files]") {
    const TemporaryFolder folder;
    std::atomic<bool> goes_on = true;
    std::thread remover([&] {
        while (goes_on) remove_stale_temporaries(folder / "f", MadeOn::any);
    });
    for (int k = 0; k < 500; ++k) {
        const std::string text = std::to_string(k);
        replace_file(folder / "f", [&](const auto& path) { write_text(path, text); });
        REQUIRE(read_text(folder / "f") == text);
    }
    goes_on = false;
    remover.join();
    CHECK(entries_in(folder.path()) == 1);
}

TEST_CASE("remove_stale_temporaries: what a living process works on stays until it has died", "[base][files]") {
    const TemporaryFolder folder;
    int begun[2];
    REQUIRE(::pipe(begun) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        replace_file(folder / "f", [&](const auto& temporary) {
            write_text(temporary, "half");
            [[maybe_unused]] const ssize_t told = ::write(begun[1], "x", 1);
            while (true) ::pause();
        });
    }
    REQUIRE(child > 0);
    char letter = 0;
    REQUIRE(::read(begun[0], &letter, 1) == 1);
    const std::string name = "f.tmp-" + std::to_string(child) + machine_of(temporary_of(folder / "g"));
    for (const MadeOn machine : {MadeOn::this_machine, MadeOn::any}) {
        remove_stale_temporaries(folder / "f", machine);
        CHECK(std::filesystem::exists(folder / name));
    }
    ::kill(child, SIGKILL);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    remove_stale_temporaries(folder / "f", MadeOn::this_machine);
    CHECK(std::filesystem::is_empty(folder.path()));
    ::close(begun[0]);
    ::close(begun[1]);
}

TEST_CASE("read_file: missing, directory and too large are one line each", "[base][files]") {
    const TemporaryFolder folder;
    write_text(folder / "f", "12345");
    CHECK(read_file(folder / "f", 5).size() == 5);
    CHECK_THROWS_WITH(read_file(folder / "f", 4), Contains("5 bytes") && Contains("4 allowed"));
    CHECK_THROWS_WITH(read_file(folder / "none", 4), Contains("No such file"));
    CHECK_THROWS_WITH(read_file(folder.path(), 4), Contains("directory"));
}

TEST_CASE("reading: what is no regular file is refused, not waited for", "[base][files]") {
    const TemporaryFolder folder;
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    std::filesystem::create_symlink(folder / "fifo", folder / "link");
    for (const char* name : {"fifo", "link"}) {
        CHECK_THROWS_WITH(read_file(folder / name, 4), Contains("it is a FIFO, not a regular file"));
        CHECK_THROWS_WITH(open_to_read(folder / name), Contains("it is a FIFO"));
    }
    CHECK_THROWS_WITH(read_file("/dev/zero", 4), Contains("it is a device"));
    CHECK_THROWS_WITH(open_to_read(folder / "none"), Contains("No such file"));
    write_text(folder / "f", "a line");
    std::string line;
    std::ifstream stream = open_to_read(folder / "f");
    CHECK(std::getline(stream, line));
    CHECK(line == "a line");
}

}  // namespace espalier
