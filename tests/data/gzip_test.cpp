#include <espalier/base/text/error.hpp>
#include <espalier/data/gzip.hpp>

#include "fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;

TEST_CASE("inflate_gzip gives back what was packed", "[data][gzip]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (const std::size_t size : {0, 1, 17, 4096, 300000}) {
        const Bytes noise = random_bytes(size, stream);
        const Bytes zeros(size, 0);
        CHECK(inflate_gzip(gzip(noise), "noise") == noise);
        CHECK(inflate_gzip(gzip(zeros), "zeros") == zeros);
        CHECK(inflate_gzip(gzip(zeros), "zeros", size) == zeros);  // exactly the limit
    }
}

TEST_CASE("inflate_gzip does not believe the length in the trailer", "[data][gzip]") {
    Bytes packed = gzip(Bytes(1000, 7));
    packed.back() = 0xFF;  // now it claims 4 GB
    CHECK_THROWS_AS(inflate_gzip(packed, "f"), FormatError);
    packed = gzip(Bytes(1000, 7));
    for (int k = 1; k <= 4; ++k) packed[packed.size() - static_cast<std::size_t>(k)] = 0;  // and now nothing
    CHECK_THROWS_AS(inflate_gzip(packed, "f"), FormatError);
}

TEST_CASE("inflate_gzip refuses every truncation, a wrong checksum, trailing bytes, a bomb", "[data][gzip]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const Bytes packed = gzip(random_bytes(500, stream));
    for (std::size_t size = 0; size < packed.size(); ++size) {
        const Bytes cut(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK_THROWS_WITH(inflate_gzip(cut, "f.gz"), Contains("f.gz: truncated"));
    }
    Bytes wrong = packed;
    wrong[wrong.size() - 8] ^= 1U;
    CHECK_THROWS_WITH(inflate_gzip(wrong, "f.gz"), Contains("f.gz") && Contains("incorrect data check"));
    Bytes longer = packed;
    longer.insert(longer.end(), 3, 0);
    CHECK_THROWS_WITH(inflate_gzip(longer, "f.gz"), Contains("3 bytes behind the end"));
    CHECK_THROWS_WITH(inflate_gzip(gzip(Bytes(100001, 0)), "f.gz", 100000), Contains("more than the 100000 bytes"));
    CHECK_THROWS_AS(inflate_gzip(Bytes(100, 0x1F), "f.gz"), FormatError);
}

TEST_CASE("inflate_gzip: a flipped bit is an error or changes nothing", "[data][gzip]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const Bytes content = random_bytes(200, stream);
    const Bytes packed = gzip(content);
    std::size_t refused = 0;
    for (std::size_t bit = 0; bit < 8 * packed.size(); ++bit) {
        Bytes flipped = packed;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        Bytes inflated = content;
        try {
            inflated = inflate_gzip(flipped, "f");
        } catch (const FormatError&) {
            ++refused;
        }
        CHECK(inflated == content);  // the time stamp and such do not matter
    }
    CHECK(refused > 8 * content.size());
}

TEST_CASE("read_inflated goes by the content, not by the name", "[data][gzip]") {
    const TemporaryFolder folder;
    const Bytes content = {1, 2, 3};
    write_bytes(folder / "packed", gzip(content));
    write_bytes(folder / "plain.gz", content);
    CHECK(read_inflated(folder / "packed") == content);
    CHECK(read_inflated(folder / "plain.gz") == content);
    CHECK_THROWS_AS(read_inflated(folder / "plain.gz", 2), FormatError);
    CHECK_THROWS_AS(read_inflated(folder / "none"), IoError);
}

}  // namespace espalier::data
