#include <espalier/base/formats/zip.hpp>
#include <espalier/base/text/error.hpp>

#include "npz_builder.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;

namespace {

std::string text(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What reading every member of this archive throws, or "".
std::string error_of(const std::string& bytes, const ZipLimits& limits = {}) {
    const TemporaryFolder folder;
    write_bytes(folder / "a.zip", bytes);
    try {
        const ZipArchive archive(folder / "a.zip", limits);
        for (const ZipMember& member : archive.members()) archive.read(member);
    } catch (const FormatError& error) {
        return error.what();
    }
    return "";
}

const std::string long_text(5000, 'x');

}  // namespace

TEST_CASE("zip: stored, deflated, empty and zip64 members come back as they were", "[base][zip]") {
    const TemporaryFolder folder;
    write_bytes(folder / "a.zip", zip_archive({{"plain", "one two"},
                                               {"small", long_text, true},
                                               {"empty", ""},
                                               {"none", "", true},
                                               {"large", long_text, true, true}},
                                              "a comment with PK\x05\x06 in it"));
    const ZipArchive archive(folder / "a.zip");
    REQUIRE(archive.members().size() == 5);
    CHECK(archive.members()[1].name == "small");
    CHECK(archive.members()[1].stored < 100);
    CHECK(text(archive.read(archive.members()[0])) == "one two");
    CHECK(text(archive.read(archive.members()[1])) == long_text);
    CHECK(archive.read(archive.members()[2]).empty());
    CHECK(archive.read(archive.members()[3]).empty());
    CHECK(text(archive.read(archive.members()[4])) == long_text);
}

TEST_CASE("zip: every lie in the directory is refused by name", "[base][zip]") {
    CHECK(error_of(zip_archive({})).empty());
    CHECK_THAT(error_of(""), Contains("not a zip archive"));
    CHECK_THAT(error_of(std::string(1000, 'z')), Contains("no end record"));
    CHECK_THAT(error_of(zip_archive({{"a", "x", false, false, 1}})), Contains("'a' is encrypted"));
    CHECK_THAT(error_of(zip_archive({{"a", "x", false, false, 0, 12}})), Contains("compression method 12"));
    CHECK_THAT(error_of(zip_archive({{"a", "x", false, false, 0, 0, 1}})), Contains("'a'") && Contains("CRC"));
    CHECK_THAT(error_of(zip_archive({{"a", "x", false, false, 0, 0, 0, 1}})), Contains("two sizes differ"));
    CHECK_THAT(error_of(zip_archive({{"a", "x", true, false, 0, 0, 0, 1}})), Contains("does not inflate to the 2"));
    CHECK_THAT(error_of(zip_archive({{"a", "xy", true, false, 0, 0, 0, -1}})), Contains("does not inflate to the 1"));
    CHECK_THAT(error_of(zip_archive({{"a", "x", true, false, 0, 0, 0, 1 << 20}})), Contains("cannot hold"));
    CHECK_THAT(error_of(zip_archive({{"a", "x"}, {"a", "y"}})), Contains("'a' is there twice"));
    CHECK_THAT(error_of(zip_archive({{"a\nb", "x"}})), Contains("control characters"));
    CHECK_THAT(error_of(zip_archive({{"a\xff", "x"}})), Contains("'a\\xff' is no UTF-8"));
    CHECK_THAT(error_of(zip_archive({{"a", "x", false, false, 0, 0, 0, 0, 1}})), Contains("no local header"));
    CHECK_THAT(error_of("junk" + zip_archive({{"a", "x"}})), Contains("does not end at its end record"));
}

TEST_CASE("zip: two entries for one place are an overlap", "[base][zip]") {
    std::string bytes = zip_archive({{"a", "x"}, {"a", "x", false, false, 0, 0, 0, 0, -32}});
    CHECK_THAT(error_of(bytes), Contains("overlaps"));
}

TEST_CASE("zip: limits hold before anything is inflated", "[base][zip]") {
    const std::string bytes = zip_archive({{"a", long_text, true}, {"b", long_text, true}});
    CHECK_THAT(error_of(bytes, {.inflated_bytes = 9000}), Contains("more than the 9000"));
    CHECK_THAT(error_of(bytes, {.ratio = 2}), Contains("cannot hold"));
    CHECK_THAT(error_of(bytes, {.members = 1}), Contains("claims 2 members"));
    CHECK_THAT(error_of(bytes, {.file_bytes = 10}), Contains("more than the 10 allowed"));
    CHECK(error_of(bytes).empty());
}

TEST_CASE("zip: no cut and no flipped bit does harm", "[base][zip]") {
    const std::string whole = zip_archive({{"a", "some content"}, {"b", long_text, true}, {"c", "more", true, true}});
    for (std::size_t length = 0; length < whole.size(); ++length)
        CHECK_FALSE(error_of(whole.substr(0, length)).empty());
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        std::string flipped = whole;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        error_of(flipped);  // may pass (a date, say); sanitizers watch
    }
}

}  // namespace espalier
