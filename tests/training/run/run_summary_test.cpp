#include <fstream>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "support.hpp"
#include "training/run_samples.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("run summary: what is wrong is named", "[training][summary]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    CHECK_THROWS_WITH(read_run_summary(path), Contains("run.h5") && Contains("No such file"));
    std::ofstream(path) << "text";
    CHECK_THROWS_WITH(read_run_summary(path), Contains("not an HDF5 file"));
    RunFile::create(WriterLock(path), sample_info()).finish("finished");
    const auto spoil = [&](const auto& change) {
        hdf5::Group root = hdf5::File::open_for_writing(path).root();
        change(root);
    };
    spoil([](hdf5::Group& root) { root.group("metrics").create_group("train"); });
    CHECK_THROWS_WITH(read_run_summary(path), Contains("/metrics/train/step") && Contains("missing"));
    spoil([](hdf5::Group& root) { root.group("metrics").unlink("train"); });
    spoil([](hdf5::Group& root) { root.group("model").group("layers").create_group("004_x"); });
    CHECK_THROWS_WITH(read_run_summary(path), Contains("004_x") && Contains("'kind'"));
    spoil([](hdf5::Group& root) { root.set_attribute("seed", std::string("three")); });
    CHECK_THROWS_WITH(read_run_summary(path), Contains("'seed'"));
    spoil([](hdf5::Group& root) { root.set_attribute("format", std::string("espalier.topology")); });
    CHECK_THROWS_WITH(read_run_summary(path), Contains("espalier.topology"));
}

TEST_CASE("run summary: the parts of a run, and what they were computed with", "[training][summary]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    {
        RunFile run = RunFile::create(WriterLock(path), sample_info());
        run.publish();
        CHECK(read_run_summary(path).parts.empty());
        CHECK(read_run_summary(path).instruction_set().empty());  // "avx2" alone says nothing
        run.begin_part({0, "avx512", "1.0", 2});
        run.begin_part({0, "avx2", "1.0", 2});  // begun again at the same step: the first has left nothing
        run.begin_part({40, "avx2", "1.1", 8});
        run.begin_part({70, "portable", "1.2", 1});
        run.begin_part({50, "avx512", "1.3", 4});
        run.finish("interrupted");
    }
    const RunSummary summary = read_run_summary(path);
    REQUIRE(summary.parts.size() == 3);
    CHECK(summary.parts[0].step == 0);
    CHECK(summary.parts[0].instruction_set == "avx2");
    CHECK(summary.parts[1].step == 40);
    CHECK(summary.parts[1].version == "1.1");
    CHECK(summary.parts[1].threads == 8);
    CHECK(summary.parts[2].step == 50);
    CHECK(summary.parts[2].created.size() == 20);
    CHECK(summary.instruction_set() == "avx512");

    RunFile::resume(WriterLock(path), 45).finish("finished");
    CHECK(read_run_summary(path).parts.size() == 3);  // until a part begins
    {
        hdf5::Group root = hdf5::File::open_for_writing(path).root();
        hdf5::Group parts = root.group("parts");
        parts.unlink("threads");
        parts.write("threads", std::vector<double>{1.0, 1.0, 1.0});
    }
    CHECK_THROWS_WITH(read_run_summary(path), Contains("parts") && Contains("'threads'"));
    {
        hdf5::Group root = hdf5::File::open_for_writing(path).root();
        root.unlink("parts");
        root.create_group("parts");
    }
    CHECK_THROWS_WITH(read_run_summary(path), Contains("/parts/step"));
}

TEST_CASE("run summary: a file without parts says in its environment what it was begun with", "[training][summary]") {
    const auto said = [](const std::string& environment) {
        RunSummary summary;
        summary.info.environment = environment;
        return summary.instruction_set();
    };
    CHECK(said("instruction set avx2; oneDNN 2.7.3; threads 2") == "avx2");
    CHECK(said("instruction set portable") == "portable");
    CHECK(said("instruction set ") == "");
    CHECK(said("something else") == "");
}

}  // namespace espalier::training
