#include <espalier/base/files/glob.hpp>
#include <espalier/base/text/duration.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/sweep/log_tail.hpp>
#include <espalier/sweep/progress_text.hpp>

#include "fuzz_file.hpp"

/// The input is a length of time, what a run tells its sweep, a log, a pattern and what it is to match, and what is
/// shown of a text that may hold anything.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const std::string_view text = testing::text_of(data, size);
    testing::read_or_refuse([&] {
        const Duration read = Duration::parse(text);
        if (!(Duration::parse(read.text()) == read)) std::terminate();
    });
    sweep::parse_progress(text);
    matches_glob(text.substr(0, size / 2), text.substr(size / 2));
    printable(text);
    const testing::MemoryFile memory(text);
    sweep::last_line(memory.path());
    sweep::notices(memory.path());
    return 0;
}
