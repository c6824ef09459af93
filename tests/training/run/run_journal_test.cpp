#include <espalier/base/text/error.hpp>
#include <espalier/training/run/run_journal.hpp>

#include "support.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// A kind, the bytes of what it claims to hold, and that, compressed.
std::vector<std::byte> journal_record(char kind, std::uint64_t claimed, const std::string& compressed) {
    std::vector<std::byte> record = {static_cast<std::byte>(kind)};
    for (std::size_t k = 0; k < 8; ++k) record.push_back(static_cast<std::byte>(claimed >> (8 * k)));
    for (const char c : compressed) record.push_back(static_cast<std::byte>(c));
    return record;
}

void read_one(const std::vector<std::byte>& record) {
    const TemporaryFolder folder;
    RecordLog(journal_file(folder / "run.h5"), "this run").append(record);
    read_journal(folder / "run.h5", "this run",
                 {.rows = [](const std::string&, const RowBlock&) {},
                  .snapshot = [](std::int64_t) {},
                  .layer = [](std::int64_t, const JournalLayer&) {}});
}

}  // namespace

TEST_CASE("run journal: whole records that none of ours wrote are damage, however much they claim",
          "[training][journal]") {
    CHECK_THROWS_WITH(read_one({}), Contains("run.h5.journal: damaged") && Contains("too short"));
    // More than zlib makes of as many bytes: nothing is reserved for it.
    CHECK_THROWS_WITH(read_one(journal_record('r', std::uint64_t{1} << 60, "abc")), Contains("claims too much"));
    CHECK_THROWS_WITH(read_one(journal_record('r', 100, "abc")), Contains("cannot be inflated"));
}

}  // namespace espalier::training
