#include <espalier/base/formats/npy.hpp>
#include <espalier/base/text/error.hpp>

#include "npz_builder.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;

namespace {

Tensor parse(const std::string& bytes) {
    return parse_npy(std::as_bytes(std::span(bytes)), "a.npz: 'w'");
}

std::string header(const std::string& type, const std::string& shape) {
    return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
}

}  // namespace

TEST_CASE("npy: every element type becomes the number it is", "[base][npy]") {
    using Numbers = std::vector<double>;
    CHECK(parse(npy<std::uint8_t>("|b1", {2}, {0, 1})).to_doubles() == Numbers{0, 1});
    CHECK(parse(npy<std::int8_t>("|i1", {2}, {-1, 7})).to_doubles() == Numbers{-1, 7});
    CHECK(parse(npy<std::uint8_t>("|u1", {1}, {255})).to_doubles() == Numbers{255});
    CHECK(parse(npy<std::int16_t>("<i2", {1}, {-300})).to_doubles() == Numbers{-300});
    CHECK(parse(npy<std::uint16_t>("<u2", {1}, {65535})).to_doubles() == Numbers{65535});
    CHECK(parse(npy<std::int32_t>("<i4", {1}, {-70000})).to_doubles() == Numbers{-70000});
    CHECK(parse(npy<std::uint32_t>("<u4", {1}, {4000000000U})).to_doubles() == Numbers{4e9});
    CHECK(parse(npy<std::int64_t>("<i8", {1}, {-5})).to_doubles() == Numbers{-5});
    CHECK(parse(npy<std::uint64_t>("<u8", {1}, {5})).to_doubles() == Numbers{5});
    CHECK(parse(npy<std::uint16_t>("<f2", {2}, {0x3e00, 0xc000})).to_doubles() == Numbers{1.5, -2});
    CHECK(parse(npy<float>("<f4", {1}, {0.25F})).to_doubles() == Numbers{0.25});
    CHECK(parse(npy<double>("<f8", {1}, {0.1})).to_doubles() == Numbers{0.1});
}

TEST_CASE("npy: big-endian elements are turned round", "[base][npy]") {
    CHECK(parse(npy_raw(header(">i4", "(2,)"), std::string("\0\0\1\2\xff\xff\xff\xfe", 8))).to_doubles() ==
          std::vector<double>{258, -2});
    CHECK(parse(npy_raw(header(">f2", "(1,)"), "\x3e" + std::string(1, '\0'))).to_doubles() ==
          std::vector<double>{1.5});
    CHECK(parse(npy_raw(header(">U2", "()"), std::string("\0\0\0a\0\0\0b", 8))).to_text() == "ab");
    CHECK(parse(npy_raw(header(">i1", "(1,)"), "\7")).to_doubles() == std::vector<double>{7});
    // [[1, 2], [3, 4]] in Fortran order, too
    CHECK(parse(npy_raw("{'descr': '>u2', 'fortran_order': True, 'shape': (2, 2)}", std::string("\0\1\0\3\0\2\0\4", 8)))
              .to_unsigned() == std::vector<std::uint64_t>{1, 2, 3, 4});
}

TEST_CASE("npy: Fortran order is turned into C order", "[base][npy]") {
    // [[0 1 2], [3 4 5]] with the columns one after the other
    const std::string bytes =
        npy_raw("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3)}", std::string("\0\3\1\4\2\5", 6));
    CHECK(parse(bytes).to_unsigned() == std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5});
    std::string cube;
    std::vector<std::uint64_t> expected;
    for (std::uint64_t k = 0; k < 2; ++k)
        for (std::uint64_t j = 0; j < 3; ++j)
            for (std::uint64_t i = 0; i < 4; ++i) cube.push_back(static_cast<char>(i * 6 + j * 2 + k));
    for (std::uint64_t n = 0; n < 24; ++n) expected.push_back(n);
    CHECK(parse(npy_raw("{'descr': '|u1', 'fortran_order': True, 'shape': (4, 3, 2)}", cube)).to_unsigned() ==
          expected);
}

TEST_CASE("npy: scalars, empty arrays and strings", "[base][npy]") {
    CHECK(parse(npy<std::int64_t>("<i8", {}, {7})).to_unsigned() == std::vector<std::uint64_t>{7});
    CHECK(parse(npy<std::int64_t>("<i8", {0, 5}, {})).size() == 0);
    CHECK(parse(npy_text("csr")).to_text() == "csr");
    CHECK(parse(npy_raw(header("|S8", "()"), std::string("csr\0\0\0\0\0", 8))).to_text() == "csr");
    CHECK(parse(npy_raw(header("<U3", "()"), std::string("c\0\0\0o\0\0\0o\0\0\0", 12))).to_text() == "coo");
}

TEST_CASE("npy: what is not a plain array is refused with its reason", "[base][npy]") {
    CHECK_THROWS_WITH(parse("not numpy at all"), Contains("a.npz: 'w': not an .npy array"));
    CHECK_THROWS_WITH(parse(npy_raw(header("|O", "(1,)"), "x")), Contains("Python objects"));
    CHECK_THROWS_WITH(parse(npy_raw(header("=f4", "(1,)"), "abcd")), Contains("'=f4' is not read"));
    CHECK_THROWS_WITH(parse(npy_raw(header("<c8", "(1,)"), "abcdefgh")), Contains("'<c8' is not read"));
    CHECK_THROWS_WITH(parse(npy_raw(header("<f3", "(1,)"), "abc")), Contains("'<f3' is not read"));
    CHECK_THROWS_WITH(parse(npy_raw("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()}", "abcd")),
                      Contains("structured"));
    CHECK_THROWS_WITH(parse(npy_raw("{'descr': '<f4', 'shape': ()}", "abcd")), Contains("are needed"));
    CHECK_THROWS_WITH(parse(npy_raw("{'descr': '<f4', 'descr': '<f4'}", "abcd")),
                      Contains("'descr'") && Contains("twice"));
    CHECK_THROWS_WITH(parse(npy_raw(header("<f4", "(-1,)"), "abcd")), Contains("no size"));
    CHECK_THROWS_WITH(parse(npy_raw(header("<f4", "()") + "x", "abcd")), Contains("text after the dictionary"));
    CHECK_THROWS_WITH(parse(npy_raw("{'a\nb': '<f4'}", "")), Contains("key 'a\\u000ab' is unknown"));
    CHECK_THROWS_WITH(parse(npy_raw(header("<x\n", "()"), "")), Contains("element type '<x\\u000a' is not read"));
    CHECK_THROWS_WITH(parse(npy_raw(std::string(10'001, ' '), "")), Contains("at most 10000"));
    CHECK_THROWS_WITH(parse("\x93NUMPY\x07" + std::string(20, '\0')), Contains("version 7"));
}

TEST_CASE("npy: a shape that the bytes do not hold is refused before anything is allocated", "[base][npy]") {
    CHECK_THROWS_WITH(parse(npy_raw(header("<f8", "(4294967296,)"), "12345678")), Contains("the file holds 8"));
    CHECK_THROWS_WITH(parse(npy_raw(header("<f8", "(4294967296, 4294967296)"), "12345678")), Contains("overflows"));
    CHECK_THROWS_WITH(parse(npy_raw(header("<f4", "(1,)"), "abc")), Contains("needs 4") && Contains("holds 3"));
    CHECK_THROWS_WITH(parse(npy_raw(header("<f4", "(1,)"), "abcde")), Contains("holds 5"));
}

TEST_CASE("npy: conversions name the entry that does not fit", "[base][npy]") {
    CHECK_THROWS_WITH(parse(npy_ints({1, -1})).to_unsigned(), Contains("entry 1 is negative"));
    CHECK_THROWS_WITH(parse(npy<std::int8_t>("|i1", {1}, {-128})).to_unsigned(), Contains("negative"));
    CHECK_THROWS_WITH(parse(npy<float>("<f4", {1}, {1})).to_unsigned(), Contains("integers are needed"));
    CHECK_THROWS_WITH(parse(npy<double>("<f8", {2}, {1, 1e300})).to_finite_floats(), Contains("entry 1"));
    CHECK_THROWS_WITH(parse(npy_text("csr")).to_doubles(), Contains("numbers are needed"));
    CHECK_THROWS_WITH(parse(npy_ints({1})).to_text(), Contains("string is needed"));
}

TEST_CASE("npy: no cut and no flipped bit does harm", "[base][npy]") {
    const std::string whole = npy<std::int32_t>("<i4", {2, 2}, {1, 2, 3, 4});
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CHECK_THROWS_AS(parse(whole.substr(0, length)), FormatError);
    }
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        std::string flipped = whole;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        try {
            parse(flipped).to_doubles();
        } catch (const FormatError&) {
        }
    }
}

}  // namespace espalier
