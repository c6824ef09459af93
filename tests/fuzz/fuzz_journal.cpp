#include <algorithm>

#include <zlib.h>

#include <espalier/training/run/run_journal.hpp>

#include "fuzz_file.hpp"

namespace {

using namespace espalier;

std::string little_endian(std::uint64_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t k = 0; k < bytes; ++k) text += static_cast<char>(value >> (8 * k));
    return text;
}

void add_record(std::string& log, const std::string& content) {
    const auto crc = crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size());
    log += little_endian(content.size(), 8) + little_endian(crc, 4) + content;
}

/// As the run writes it: kind, size of the body, the body by zlib.
std::string packed(char kind, std::string_view body) {
    std::string bytes(compressBound(body.size()), '\0');
    uLongf size = bytes.size();
    compress2(reinterpret_cast<Bytef*>(bytes.data()), &size, reinterpret_cast<const Bytef*>(body.data()), body.size(),
              1);
    return kind + little_endian(body.size(), 8) + bytes.substr(0, size);
}

/// Records of a length, a kind and a body each, with the checksums that they need to be looked at.
std::string journal_of(std::string_view input) {
    std::string log = "ESPLOG01";
    add_record(log, "run");
    while (input.size() >= 2) {
        const std::size_t length = static_cast<unsigned char>(input[0]);
        add_record(log, packed(input[1], input.substr(2, length)));
        input.remove_prefix(std::min(input.size(), 2 + length));
    }
    return log;
}

}  // namespace

/// The input is a journal, or else the bodies of its records.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = testing::text_of(data, size);
    const bool is_log = input.starts_with("ESPLOG01");
    const testing::NamedFile file(is_log ? std::string(input) : journal_of(input), "run.h5.journal");
    testing::read_or_refuse([&] {
        training::read_journal(testing::folder_of_files() / "run.h5", "run",
                               {.rows = [](const std::string&, const training::RowBlock&) {},
                                .snapshot = [](std::int64_t) {},
                                .layer =
                                    [](std::int64_t, const training::JournalLayer& layer) {
                                        for (const auto& array : layer.arrays) static_cast<void>(array.values());
                                    }});
    });
    return 0;
}
