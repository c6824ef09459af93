#include <fstream>

#include <sys/stat.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/files/record_log.hpp>
#include <espalier/base/text/error.hpp>

#include "file_fault.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;
namespace {

std::span<const std::byte> bytes(const std::string& text) {
    return std::as_bytes(std::span(text));
}

std::vector<std::string> records(const std::filesystem::path& path, const std::string& identity = "me") {
    std::vector<std::string> found;
    read_record_log(path, identity, [&](std::span<const std::byte> content) {
        found.emplace_back(reinterpret_cast<const char*>(content.data()), content.size());
    });
    return found;
}

}  // namespace

TEST_CASE("record log: what was added is there, until it is cleared", "[base][record_log]") {
    const TemporaryFolder folder;
    const auto path = folder / "log";
    std::ofstream(path) << "something else";
    CHECK(records(path).empty());
    RecordLog log(path, "me");
    CHECK(records(path).empty());
    log.append(bytes("one"));
    log.append(bytes(""));
    log.append(bytes("three"));
    log.sync();
    CHECK(records(path) == std::vector<std::string>{"one", "", "three"});
    CHECK(records(path, "another").empty());
    CHECK(records(folder / "none").empty());
    log.clear();
    CHECK(records(path).empty());
    log.append(bytes("four"));
    CHECK(records(path) == std::vector<std::string>{"four"});
    CHECK(std::filesystem::file_size(path) == 8 + 14 + 16);
}

TEST_CASE("record log: cut anywhere or with any bit flipped, a beginning of its records is read",
          "[base][record_log]") {
    const TemporaryFolder folder;
    const std::vector<std::string> whole = {"first", "second", "third"};
    {
        RecordLog log(folder / "log", "me");
        for (const std::string& record : whole) log.append(bytes(record));
    }
    const std::string text = read_text(folder / "log");
    const auto check_beginning = [&](const std::string& damaged) {
        std::ofstream(folder / "damaged", std::ios::binary) << damaged;
        const std::vector<std::string> found = records(folder / "damaged");
        CHECK(found.size() < whole.size());
        CHECK(std::equal(found.begin(), found.end(), whole.begin()));
    };
    for (std::size_t length = 0; length < text.size(); ++length) check_beginning(text.substr(0, length));
    for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
        std::string damaged = text;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        check_beginning(damaged);
    }
}

TEST_CASE("record log: whichever call fails, it says so and what was there before stays", "[base][record_log]") {
    const TemporaryFolder folder;
    const auto path = folder / "log";
    RecordLog log(path, "me");
    log.append(bytes("one"));
    for (const char* operation : {"write", "fsync", "truncate"}) {
        inject_file_fault = [&](const std::string& now) { return now == operation ? ENOSPC : 0; };
        const auto all = [&] {
            log.append(bytes("two"));
            log.sync();
            log.clear();
        };
        CHECK_THROWS_WITH(all(), Contains(path.string()) && Contains("No space left"));
        inject_file_fault = nullptr;
        CHECK(records(path).front() == "one");
    }
}

TEST_CASE("record log: half a record that a full disk left is cut off, and what follows is found",
          "[base][record_log]") {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder / "log";
    RecordLog log(path, "me");
    log.append(bytes("one"));
    int writes = 0;
    {
        const FileFault full([&](const std::string& now) { return now == "write" && ++writes == 2 ? ENOSPC : 0; });
        CHECK_THROWS_AS(log.append(bytes("two")), IoError);
    }
    CHECK(writes == 2);  // its head was there
    log.append(bytes("three"));
    CHECK(records(path) == std::vector<std::string>{"one", "three"});
}

TEST_CASE("record log: links are not followed, other things than files not waited for", "[base][record_log]") {
    const TemporaryFolder folder;
    std::ofstream(folder / "precious") << "text";
    std::filesystem::create_symlink(folder / "precious", folder / "link");
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    CHECK_THROWS_AS(RecordLog(folder / "link", "me"), IoError);
    CHECK_THROWS_WITH(RecordLog(folder / "fifo", "me"), Contains("no regular file"));
    CHECK(read_text(folder / "precious") == "text");
}

}  // namespace espalier
