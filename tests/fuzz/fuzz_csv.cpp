#include <espalier/data/csv_table.hpp>

#include "fuzz_file.hpp"

/// The input is a table, its labels in the last column, in the first, or in one called "label".
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const testing::MemoryFile memory(testing::text_of(data, size));
    for (const char* label : {"", "1", "label"}) {
        testing::read_or_refuse([&] {
            const data::CsvTable table = data::read_csv_table(memory.path(), label);
            if (table.values.size() != table.samples() * (table.columns - 1)) std::terminate();
        });
    }
    return 0;
}
