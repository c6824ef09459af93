#include <fstream>

#include <espalier/base/error.hpp>
#include <espalier/training/writer_lock.hpp>

#include "support.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("writer lock: there is a writer as long as one holds it", "[training][lock]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    CHECK_FALSE(has_writer(path));
    {
        const WriterLock lock(path);
        CHECK(has_writer(path));
        CHECK_THROWS_WITH(WriterLock(path), Contains("another process"));
        CHECK(has_writer(path));
    }
    CHECK_FALSE(has_writer(path));
    CHECK_FALSE(std::filesystem::exists(work_file(path)));
    std::ofstream(work_file(path)) << "left by a dead process";
    CHECK_FALSE(has_writer(path));
    CHECK_THROWS_AS(WriterLock(folder / "absent/run.h5"), IoError);
}

}  // namespace espalier::training
