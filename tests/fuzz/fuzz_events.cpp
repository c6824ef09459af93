#include <espalier/training/logs/event_record.hpp>

#include "fuzz_file.hpp"

/// The input is a file of TensorBoard's events, or else the data of one event.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const std::string_view input = testing::text_of(data, size);
    testing::read_or_refuse([&] { training::step_of_event(input); });
    testing::read_or_refuse([&] {
        std::size_t end = 0;
        while (const auto record = training::read_record(input, end)) {
            training::step_of_event(record->data);
            if (record->end <= end) std::terminate();  // it would never come to an end
            end = record->end;
        }
    });
    return 0;
}
