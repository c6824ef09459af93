#include <espalier/training/state/checkpoint.hpp>

#include "fuzz_file.hpp"

/// The input is a checkpoint.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const testing::NamedFile file(testing::text_of(data, size), "file.h5");
    testing::read_or_refuse([&] {
        const training::CheckpointReader checkpoint(file.path());
        testing::read_or_refuse([&] { checkpoint.config(); });
        testing::read_or_refuse([&] { checkpoint.scalar<std::int64_t>("step"); });
        testing::read_or_refuse([&] { checkpoint.text("notes"); });
        testing::read_or_refuse([&] { checkpoint.get<float>("weights"); });
    });
    return 0;
}
