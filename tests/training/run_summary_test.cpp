#include <fstream>

#include <espalier/base/error.hpp>
#include <espalier/base/hdf5.hpp>
#include <espalier/training/run_summary.hpp>

#include "run_samples.hpp"
#include "support.hpp"

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

}  // namespace espalier::training
