#include <espalier/base/text/error.hpp>
#include <espalier/data/idx.hpp>

#include "fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;

TEST_CASE("idx: dimensions and values, plain and packed", "[data][idx]") {
    const TemporaryFolder folder;
    const Bytes bytes = {0,  0,  8,  2,                // unsigned bytes, rank 2
                         0,  0,  0,  2,  0,  0, 0, 3,  // 2 x 3
                         10, 11, 12, 20, 21, 22};      // row by row
    write_bytes(folder / "plain", bytes);
    write_bytes(folder / "packed.gz", gzip(bytes));
    for (const char* name : {"plain", "packed.gz"}) {
        const IdxTensor tensor = read_idx(folder / name);
        CHECK(tensor.dimensions == std::vector<std::size_t>{2, 3});
        CHECK(tensor.values == Bytes{10, 11, 12, 20, 21, 22});
        CHECK(tensor.shape_text() == "2x3");
    }
}

TEST_CASE("idx: ranks 1 to 4, and dimensions of 0", "[data][idx]") {
    CHECK(parse_idx(idx({3}, {1, 2, 3}), "f").values.size() == 3);
    CHECK(parse_idx(idx({2, 1, 2, 1}, {1, 2, 3, 4}), "f").dimensions == std::vector<std::size_t>{2, 1, 2, 1});
    CHECK(parse_idx(idx({0, 28, 28}, {}), "f").values.empty());
    CHECK(parse_idx(idx({258}, Bytes(258)), "f").dimensions[0] == 258);  // big-endian: 0x0102
}

TEST_CASE("idx: numbers of every type", "[data][idx]") {
    const auto numbers = [](std::uint8_t type, std::uint8_t count, const Bytes& values) {
        Bytes bytes = {0, 0, type, 1, 0, 0, 0, count};
        bytes.insert(bytes.end(), values.begin(), values.end());
        const IdxTensor tensor = parse_idx(bytes, "f");
        std::vector<double> all;
        for (std::size_t k = 0; k < tensor.size(); ++k) all.push_back(tensor.number(k));
        return all;
    };
    using Numbers = std::vector<double>;
    CHECK(numbers(8, 2, {0, 255}) == Numbers{0, 255});
    CHECK(numbers(9, 2, {0x80, 127}) == Numbers{-128, 127});
    CHECK(numbers(11, 2, {0xFF, 0xFE, 1, 2}) == Numbers{-2, 258});
    CHECK(numbers(12, 2, {0, 0, 1, 2, 0xFF, 0xFF, 0xFF, 0xFF}) == Numbers{258, -1});
    CHECK(numbers(13, 1, {0xC0, 0x20, 0, 0}) == Numbers{-2.5});
    CHECK(numbers(14, 1, {0x3F, 0xE0, 0, 0, 0, 0, 0, 0}) == Numbers{0.5});
}

TEST_CASE("idx: a header that lies is refused in one line", "[data][idx]") {
    const auto refused = [](Bytes bytes, const std::string& why) {
        CHECK_THROWS_AS(parse_idx(bytes, "f"), FormatError);
        CHECK_THROWS_WITH(parse_idx(std::move(bytes), "f"), Contains("f: ") && Contains(why));
    };
    refused({}, "not an IDX file");
    refused({0, 0, 8}, "not an IDX file");
    refused({1, 0, 8, 1, 0, 0, 0, 0}, "not an IDX file");
    refused({0, 0, 10, 1, 0, 0, 0, 0}, "type 10");
    refused({0, 0, 15, 1, 0, 0, 0, 0}, "type 15");
    refused({0, 0, 12, 1, 0, 0, 0, 2, 0, 0, 0, 1}, "announces 2 x 4 bytes, but 4 follow");
    refused({0, 0, 14, 3, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}, "2147483648x2147483648x1 x 8");
    refused({0, 0, 8, 0}, "rank 0");
    refused(idx({1, 1, 1, 1, 1}, {1}), "rank 5");
    refused({0, 0, 8, 3, 0, 0, 0, 1, 0, 0}, "ends within its IDX header");
    refused(idx({2, 3}, Bytes(5)), "announces 2x3 bytes, but 5 follow");
    refused(idx({2, 3}, Bytes(7)), "but 7 follow");
    // 2^32 x 2^32 would be 0 modulo 2^64, were the dimensions not 32 bits each: three of 2^31 and a 4 wrap around.
    refused(idx({0x80000000U, 0x80000000U, 4}, {}), "2147483648x2147483648x4");
    refused(idx({0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU}, Bytes(8)), "4294967295");
}

TEST_CASE("idx: truncated gzip and other magic numbers are format errors", "[data][idx]") {
    const TemporaryFolder folder;
    Bytes packed = gzip(idx({100}, Bytes(100, 5)));
    packed.resize(packed.size() - 4);
    write_bytes(folder / "cut.gz", packed);
    CHECK_THROWS_WITH(read_idx(folder / "cut.gz"), Contains("cut.gz: truncated gzip"));
    write_text(folder / "text", "<html>404</html>");
    CHECK_THROWS_WITH(read_idx(folder / "text"), Contains("not an IDX file"));
}

}  // namespace espalier::data
