#include <cmath>
#include <fstream>

#include <espalier/data/split.hpp>
#include <espalier/training/run/run_inputs.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("run inputs: a run's file says how its inputs were scaled", "[training][run_inputs]") {
    TemporaryFolder folder;
    const RunRequest request = digits_request("set", folder / "run", {"data.standardise=feature"});
    run(request);
    const auto stored = read_run_inputs(folder / "run/run.h5");
    REQUIRE(stored.has_value());
    const data::Split split = data::split_off_validation(digits().train.count, request.config.data.validation);
    CHECK(stored->standardisation == data::standardisation(digits(), split.training, data::Standardise::feature));
    CHECK(stored->standardisation.scale.size() == 64);
    CHECK(stored->features.empty());
}

TEST_CASE("run inputs: selected features are kept with them", "[training][run_inputs]") {
    TemporaryFolder folder;
    std::ofstream(folder / "features.txt") << "20\n21\n27\n28\n36\n43\n";
    const std::string file = (folder / "features.txt").string();
    run(digits_request("dense", folder / "run", {"data.features=" + file, "training.epochs=1"}));
    const auto stored = read_run_inputs(folder / "run/run.h5");
    REQUIRE(stored.has_value());
    CHECK(stored->features == std::vector<std::uint32_t>{20, 21, 27, 28, 36, 43});
    CHECK(stored->standardisation.scale.size() == 6);
}

TEST_CASE("run inputs: files of before get them when resumed, others must agree", "[training][run_inputs]") {
    TemporaryFolder folder;
    const auto part = [&](int steps) {
        RunRequest request = digits_request("set", folder / "run", {"training.checkpoint_every='5it'"});
        request.resume = std::filesystem::exists(folder / "run/run.h5");
        stop_after(request, steps);
        return run(request);
    };
    part(10);
    const std::filesystem::path file = folder / "run/run.h5";
    const auto written = read_run_inputs(file);
    REQUIRE(written.has_value());
    hdf5::File::open_for_writing(file).root().group("model").unlink("inputs");
    CHECK_FALSE(read_run_inputs(file).has_value());
    part(10);
    CHECK(read_run_inputs(file) == written);

    RunInputs others = *written;
    others.standardisation.scale[0] *= 2;
    {
        hdf5::Group model = hdf5::File::open_for_writing(file).root().group("model");
        model.unlink("inputs");
        keep_inputs(std::move(model), others);
    }
    CHECK_THROWS_WITH(part(10), Contains("/model/inputs") && Contains("data have changed") && Contains("--force"));
}

TEST_CASE("run inputs: damaged arrays are named", "[training][run_inputs]") {
    TemporaryFolder folder;
    const std::filesystem::path file = folder / "run.h5";
    const auto write = [&](const std::vector<float>& scale, const std::vector<float>& shift) {
        hdf5::File written = hdf5::File::create(file);
        hdf5::Group group = written.root().create_group("model").create_group("inputs");
        group.write("scale", scale);
        group.write("shift", shift);
    };
    write({1, 2}, {0});
    CHECK_THROWS_WITH(read_run_inputs(file), Contains("/model/inputs/shift"));
    write({1, 2}, {0, std::nanf("")});
    CHECK_THROWS_WITH(read_run_inputs(file), Contains("/model/inputs/shift: holds what is not a finite number"));
}

}  // namespace espalier::training
