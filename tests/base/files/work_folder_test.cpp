#include <fstream>

#include <espalier/base/files/files.hpp>
#include <espalier/base/files/work_folder.hpp>
#include <espalier/base/text/error.hpp>

#include "base/files/temporary_of.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;

namespace {

void write_part_text(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
}

WorkFolder work_in(const std::filesystem::path& folder, std::vector<std::string> plan = {"sums", "of a.npz"}) {
    return {folder, std::move(plan), "txt"};
}

}  // namespace

TEST_CASE("work folder: parts are there once they are whole", "[base][work_folder]") {
    const TemporaryFolder folder;
    const WorkFolder work = work_in(folder / "deep/work");
    work.begin();
    CHECK_FALSE(work.has(3));
    CHECK_THROWS_WITH(work.write(3,
                                 [](const std::filesystem::path& file) {
                                     write_part_text(file, "half");
                                     throw Error("stopped");
                                 }),
                      "stopped");
    CHECK_FALSE(work.has(3));
    work.write(3, [](const std::filesystem::path& file) { write_part_text(file, "whole"); });
    CHECK(work.has(3));
    CHECK(work.file_of(3).filename() == "part-000003.txt");
    CHECK(read_text(work.file_of(3)) == "whole");
    CHECK(work.file_of(1'234'567).filename() == "part-1234567.txt");
}

TEST_CASE("work folder: it goes on with its own plan and refuses others", "[base][work_folder]") {
    const TemporaryFolder folder;
    const auto refused = [&](const std::vector<std::string>& plan, const std::string& why) {
        CHECK_THROWS_AS(work_in(folder / "work", plan).begin(), ConfigError);
        CHECK_THROWS_WITH(work_in(folder / "work", plan).begin(), Contains(why) && Contains("choose another folder"));
    };
    work_in(folder / "work").begin();
    work_in(folder / "work").begin();
    refused({"sums", "of b.npz"}, "'of a.npz' there, 'of b.npz' here (plan.txt, line 2)");
    refused({"sums"}, "'of a.npz' there, nothing more here (plan.txt, line 2)");
    refused({"sums", "of a.npz", "twice"}, "nothing more there, 'twice' here (plan.txt, line 3)");
    CHECK(work_in("x").plan() == "sums\nof a.npz\n");
    CHECK(work_in("x", {"two\nlines"}).plan() == "two lines\n");
}

TEST_CASE("work folder: a folder with other things in it is left alone", "[base][work_folder]") {
    const TemporaryFolder folder;
    write_part_text(folder / "thesis.tex", "years of work");
    CHECK_THROWS_WITH(work_in(folder.path()).begin(), Contains("is not empty and holds no plan.txt"));
    CHECK_THROWS_AS(work_in(folder / "thesis.tex").begin(), IoError);
    CHECK_FALSE(std::filesystem::exists(folder / "plan.txt"));
}

TEST_CASE("work folder: what a process killed at its beginning left is no obstacle", "[base][work_folder]") {
    const TemporaryFolder folder;
    const std::filesystem::path left = temporary_of(folder / "plan.txt");
    write_part_text(left, "su");
    work_in(folder.path()).begin();
    CHECK(read_text(folder / "plan.txt") == "sums\nof a.npz\n");
    CHECK_FALSE(std::filesystem::exists(left));
}

TEST_CASE("work folder: the mark of an input changes with it", "[base][work_folder]") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "masks");
    write_part_text(folder / "masks/a.npz", "12345");
    const std::string file = file_mark(folder / "masks/a.npz");
    const std::string all = file_mark(folder / "masks");
    CHECK(file.starts_with("5 bytes of "));
    CHECK(all.starts_with("5 bytes of "));
    CHECK(file_mark(folder / "masks/a.npz") == file);
    write_part_text(folder / "masks/b.npz", "6");
    CHECK(file_mark(folder / "masks").starts_with("6 bytes of "));
    std::filesystem::last_write_time(folder / "masks/a.npz",
                                     std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
    CHECK(file_mark(folder / "masks/a.npz") != file);
    CHECK_THROWS_AS(file_mark(folder / "none"), IoError);
}

}  // namespace espalier
