#include <cerrno>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/state/checkpoint.hpp>

#include "damaged_files.hpp"
#include "file_fault.hpp"
#include "support.hpp"

namespace espalier::training {
using namespace testing;
namespace {

void write_sample(const std::filesystem::path& path, double mark) {
    write_checkpoint(path, [&](CheckpointWriter& out) {
        out.put("000_fc1.values", std::vector<float>(1000, 0.5F));
        out.put("000_fc1.indices", std::vector<std::uint32_t>{1, 2, 3});
        out.put("empty", std::vector<double>());
        out.put_scalar("step", std::int64_t{1234});
        out.put_scalar("mark", mark);
        out.put_text("config", "name = \"größer\"\n");
    });
}

double mark(const std::filesystem::path& path) {
    return CheckpointReader(path).scalar<double>("mark");
}

}  // namespace

TEST_CASE("checkpoint: what goes in comes out", "[training][checkpoint]") {
    const TemporaryFolder folder;
    const auto path = checkpoint_file(folder / "run.h5");
    CHECK(path == folder / "checkpoint.h5");
    write_sample(path, 0.1);
    const CheckpointReader in(path);
    CHECK(in.get<float>("000_fc1.values") == std::vector<float>(1000, 0.5F));
    std::vector<std::uint32_t> indices(3);
    in.get_into("000_fc1.indices", std::span(indices));
    CHECK(indices == std::vector<std::uint32_t>{1, 2, 3});
    CHECK(in.get<double>("empty").empty());
    CHECK(in.scalar<std::int64_t>("step") == 1234);
    CHECK(in.text("config") == "name = \"größer\"\n");
    CHECK(in.has("step"));
    CHECK_FALSE(in.has("momentum"));
}

TEST_CASE("checkpoint: equal contents make equal bytes", "[training][checkpoint]") {
    const TemporaryFolder folder;
    write_sample(folder / "a", 1);
    write_sample(folder / "b", 1);
    CHECK(read_text(folder / "a") == read_text(folder / "b"));
}

TEST_CASE("checkpoint: what does not fit is named together with the remedy", "[training][checkpoint]") {
    const TemporaryFolder folder;
    const auto path = folder / "checkpoint.h5";
    CHECK_THROWS_WITH(CheckpointReader(path), Contains("checkpoint.h5") && Contains("No such file"));
    write_sample(path, 1);
    const CheckpointReader in(path);
    std::vector<float> wrong(999);
    CHECK_THROWS_WITH(in.get<float>("momentum"),
                      Contains("checkpoint.h5") && Contains("momentum") && Contains("--force") && Contains("missing"));
    CHECK_THROWS_WITH(in.get<double>("000_fc1.values"), Contains("checkpoint.h5") && Contains("000_fc1.values") &&
                                                            Contains("--force") && Contains("float32"));
    CHECK_THROWS_WITH(in.get_into("000_fc1.values", std::span(wrong)), Contains("checkpoint.h5") &&
                                                                           Contains("000_fc1.values") &&
                                                                           Contains("--force") && Contains("999"));
    CHECK_THROWS_WITH(in.scalar<float>("000_fc1.values"),
                      Contains("checkpoint.h5") && Contains("000_fc1.values") && Contains("--force"));
}

TEST_CASE("checkpoint: whichever call fails, the old one stays whole", "[training][checkpoint]") {
    const TemporaryFolder folder;
    const auto path = folder / "checkpoint.h5";
    write_sample(path, 1);
    for (int failing = 1;; ++failing) {
        int calls = 0;
        bool done = false;
        try {
            const FileFault fault([&](const std::string&) { return ++calls == failing ? ENOSPC : 0; });
            write_sample(path, 2);
            done = true;
        } catch (const IoError& error) {
            CHECK_THAT(error.what(), Contains("No space left"));
        }
        CHECK((mark(path) == 1 || mark(path) == 2));
        CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
        if (done) break;
    }
    CHECK(mark(path) == 2);
    CHECK_THROWS_AS(write_checkpoint(path, [](CheckpointWriter&) { throw NumericError("loss is NaN"); }), NumericError);
    CHECK(mark(path) == 2);
}

TEST_CASE("checkpoint: cut short or with a flipped bit it is read or refused", "[training][checkpoint][damage]") {
    const TemporaryFolder folder;
    const auto path = folder / "checkpoint.h5";
    write_sample(path, 1);
    check_damaged(path, 200, [](const std::filesystem::path& damaged) {
        const CheckpointReader in(damaged);
        // Refused, or right: the checksum finds what has changed in an array.
        const std::vector<float> values = in.get<float>("000_fc1.values");
        CHECK(values == std::vector<float>(1000, 0.5F));
    });
}

}  // namespace espalier::training
