#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>

#include "support.hpp"

namespace espalier::testing {

struct DamageCount {
    int read = 0;
    int refused = 0;
};

/// Reads copies of a sample cut short at `tries` places and with `tries` single bits flipped, half of them in the
/// first 2 KB, where structure lies. Each must be read or refused with one line; a crash ends the test program.
inline DamageCount check_damaged(const std::filesystem::path& sample, int tries,
                                 const std::function<void(const std::filesystem::path&)>& read) {
    const std::string whole = read_text(sample);
    const std::filesystem::path damaged = sample.string() + ".damaged";
    Stream stream = test_stream(77);
    DamageCount count;
    const auto attempt = [&](const std::string& bytes, const std::string& what) {
        INFO(seed_text() << ", " << sample.filename() << " with " << what);
        std::ofstream(damaged, std::ios::binary) << bytes;
        try {
            read(damaged);
            ++count.read;
        } catch (const Error& error) {
            CHECK(std::string(error.what()).find('\n') == std::string::npos);
            ++count.refused;
        }
    };
    for (int k = 0; k < tries; ++k) {
        const std::size_t cut = stream.below(whole.size());
        attempt(whole.substr(0, cut), "its first " + std::to_string(cut) + " bytes");
        const std::size_t flip = stream.below(k % 2 == 0 ? whole.size() : std::min<std::size_t>(whole.size(), 2048));
        std::string bytes = whole;
        bytes[flip] = static_cast<char>(bytes[flip] ^ (1 << stream.below(8)));
        attempt(bytes, "a bit flipped in byte " + std::to_string(flip));
    }
    return count;
}

}  // namespace espalier::testing
