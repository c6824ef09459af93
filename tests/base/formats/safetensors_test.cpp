#include <limits>

#include <espalier/base/formats/safetensors.hpp>
#include <espalier/base/text/error.hpp>

#include "damaged_files.hpp"
#include "safetensors_builder.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;

namespace {

std::vector<double> numbers(const Tensor& tensor) {
    std::vector<double> all;
    for (std::size_t k = 0; k < tensor.size(); ++k) all.push_back(tensor.number(k));
    return all;
}

/// The file's tensors, each of them read.
void read_all(const std::filesystem::path& path) {
    const SafetensorsFile file(path);
    for (const SafetensorsEntry& entry : file.entries()) {
        const Tensor tensor = file.read(entry);
        std::size_t size = 1;
        for (const std::size_t side : tensor.shape()) size *= side;
        REQUIRE(tensor.size() == size);
        for (std::size_t k = 0; k < tensor.size(); ++k) tensor.finite_float(k);
    }
}

void read_bytes(const std::string& bytes) {
    const TemporaryFolder folder;
    write_bytes(folder / "m.safetensors", bytes);
    read_all(folder / "m.safetensors");
}

/// A file of one tensor "w" whose header says this, over `held` bytes of data.
std::string one(const std::string& type, const std::string& shape, const std::string& offsets, std::size_t held) {
    return safetensors_raw("{" + tensor_header("w", type, shape, offsets) + "}", std::string(held, '\0'));
}

std::string two(const std::string& first, const std::string& second, std::size_t held) {
    return safetensors_raw(
        "{" + tensor_header("a", "BOOL", "4", first) + "," + tensor_header("b", "BOOL", "4", second) + "}",
        std::string(held, '\1'));
}

const std::string small = safetensors({{"fc1.weight", "F32", {2, 2}, bytes_of<float>({1, 0, -2.5F, 0.1F})},
                                       {"fc1.mask", "BOOL", {2, 2}, std::string("\1\0\1\1", 4)}});

}  // namespace

TEST_CASE("safetensors: every type becomes the numbers it is, in the order of the data", "[base][safetensors]") {
    const TemporaryFolder folder;
    write_bytes(folder / "m.safetensors",
                safetensors({{"single", "F32", {2}, bytes_of<float>({0.25F, -7})},
                             {"half", "F16", {2}, bytes_of<std::uint16_t>({0x3e00, 0xc000})},
                             {"brain", "BF16", {3}, bytes_of<std::uint16_t>({0x3fc0, 0xc000, 0x0001})},
                             {"bool", "BOOL", {1, 2}, std::string("\0\1", 2)},
                             {"none", "F32", {0, 3}, ""},
                             {"double", "F64", {1}, bytes_of<double>({0.1})},
                             {"u8", "U8", {2}, bytes_of<std::uint8_t>({0, 255})},
                             {"i8", "I8", {1}, bytes_of<std::int8_t>({-3})},
                             {"u16", "U16", {1}, bytes_of<std::uint16_t>({65535})},
                             {"i16", "I16", {1}, bytes_of<std::int16_t>({-300})},
                             {"u32", "U32", {1}, bytes_of<std::uint32_t>({4000000000U})},
                             {"i32", "I32", {2}, bytes_of<std::int32_t>({1, -70000})},
                             {"u64", "U64", {1}, bytes_of<std::uint64_t>({5})},
                             {"i64", "I64", {1}, bytes_of<std::int64_t>({-5})}}));
    const SafetensorsFile file(folder / "m.safetensors");
    const std::vector<std::pair<std::string, std::vector<double>>> expected{
        {"single", {0.25, -7}}, {"half", {1.5, -2}}, {"brain", {1.5, -2, std::ldexp(1.0, -133)}},
        {"bool", {0, 1}},       {"none", {}},        {"double", {0.1}},
        {"u8", {0, 255}},       {"i8", {-3}},        {"u16", {65535}},
        {"i16", {-300}},        {"u32", {4e9}},      {"i32", {1, -70000}},
        {"u64", {5}},           {"i64", {-5}},
    };
    REQUIRE(file.entries().size() == expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
        INFO(expected[k].first);
        CHECK(file.entries()[k].name == expected[k].first);
        const Tensor tensor = file.read(file.entries()[k]);
        CHECK(numbers(tensor) == expected[k].second);
        CHECK(tensor.has_values() == (k < 3 || k == 4 || k == 5));
        CHECK(tensor.is_integer() == (k > 5));
        CHECK(tensor.where() == file.path() + ": '" + expected[k].first + "'");
    }
}

TEST_CASE("safetensors: metadata, padding and any order of fields are the format's own", "[base][safetensors]") {
    read_bytes(
        safetensors_raw("{\"__metadata__\":{\"format\":\"pt\",\"dtype\":\"x\"},\"w\":{\"data_offsets\":[0,2],"
                        "\"shape\":[2],\"dtype\":\"BOOL\"}}   ",
                        std::string(2, '\0')));
    const TemporaryFolder folder;
    write_bytes(folder / "m.safetensors",
                safetensors_raw("{\"__metadata__\":{\"format\":\"pt\",\"layers\":\"fc1,fc2\"}}", ""));
    CHECK(SafetensorsFile(folder / "m.safetensors").metadata() ==
          std::map<std::string, std::string>{{"format", "pt"}, {"layers", "fc1,fc2"}});
    read_bytes(safetensors({}));
    read_bytes(two("4,8", "0,4", 8));  // the order of the header is not that of the data
}

TEST_CASE("safetensors: a hostile header is refused before anything is allocated", "[base][safetensors]") {
    const std::string header = "{" + tensor_header("w", "BOOL", "1", "0,1") + "}";
    CHECK_THROWS_WITH(read_bytes(""), Contains("m.safetensors: no .safetensors file: 0 bytes"));
    CHECK_THROWS_WITH(read_bytes(std::string(8, '\0')), Contains("no .safetensors file"));
    CHECK_THROWS_WITH(read_bytes(safetensors_raw(header, "", 1)), Contains("within the file"));
    CHECK_THROWS_WITH(read_bytes(safetensors_raw(header, "x", std::int64_t{1} << 62)),
                      Contains("4611686018427387") && Contains("at most 100000000"));
    CHECK_THROWS_WITH(read_bytes(safetensors_raw(" " + header, "x")), Contains("begin with '{'"));
    CHECK_THROWS_WITH(read_bytes(safetensors_raw("[" + header + "]", "x")), Contains("begin with '{'"));
    CHECK_THROWS_WITH(read_bytes(safetensors_raw(header, "x", -1)), Contains("no JSON"));
    CHECK_THROWS_WITH(read_bytes(safetensors_raw(header + "{}", "x")), Contains("no JSON"));
    CHECK_THROWS_WITH(read_bytes(safetensors_raw("{\"w\xff\":{}}", "x")), Contains("no JSON"));
    CHECK_THROWS_WITH(read_bytes(safetensors_raw(std::string(1'000'000, '{'), "")), Contains("no JSON"));
    CHECK_THROWS_WITH(read_bytes(safetensors_raw("{\"w\":" + std::string(1'000'000, '['), "")), Contains("array"));
}

TEST_CASE("safetensors: a header of more than 100 MB is refused unread", "[base][safetensors]") {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder / "m.safetensors";
    write_bytes(path, little_endian(std::uint64_t{100'000'001}) + "{");
    std::filesystem::resize_file(path, 200'000'000);  // sparse
    CHECK_THROWS_WITH(SafetensorsFile(path), Contains("at most 100000000"));
}

TEST_CASE("safetensors: names and fields are there once each", "[base][safetensors]") {
    const auto refused = [](const std::string& header, const std::string& held = "x") {
        return safetensors_raw(header, held);
    };
    const std::string w = tensor_header("w", "BOOL", "1", "0,1");
    CHECK_THROWS_WITH(read_bytes(refused("{" + w + "," + w + "}")), Contains("'w' is there twice"));
    CHECK_THROWS_WITH(read_bytes(refused("{\"__metadata__\":{},\"__metadata__\":{}}", "")), Contains("twice"));
    CHECK_THROWS_WITH(read_bytes(refused("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", "")), Contains("twice"));
    CHECK_THROWS_WITH(read_bytes(refused("{\"w\":{\"dtype\":\"BOOL\",\"dtype\":\"BOOL\",\"shape\":[1]}}")),
                      Contains("'w'") && Contains("'dtype'") && Contains("twice"));
    CHECK_THROWS_WITH(read_bytes(refused("{\"w\":{\"dtype\":\"BOOL\",\"shape\":[1]}}")), Contains("are needed"));
    CHECK_THROWS_WITH(read_bytes(refused("{\"w\":{\"stride\":[1]}}")), Contains("'stride' is unknown"));
    CHECK_THROWS_WITH(read_bytes(refused("{\"w\":{}}")), Contains("are needed"));
    CHECK_THROWS_WITH(read_bytes(refused("{\"w\":{\"a\\nb\":1}}")), Contains("key 'a\\u000ab' is unknown"));
    CHECK_THROWS_WITH(read_bytes(refused("{\"__metadata__\":{\"a\\nb\":1}}")), !Contains("\n"));
    CHECK_THROWS_WITH(read_bytes(one("F\\n", "1", "0,1", 1)), Contains("unknown type 'F\\u000a'"));
    CHECK_THROWS_WITH(read_bytes(refused("{\"\":{}}")), Contains("name is empty"));
    CHECK_THROWS_WITH(read_bytes(refused("{\"a\\nb\":{}}")), Contains("control characters"));
    CHECK_THROWS_WITH(read_bytes(refused("{\"" + std::string(1001, 'n') + "\":{}}")), Contains("too long"));
}

TEST_CASE("safetensors: every value has the kind the format gives it", "[base][safetensors]") {
    const auto with = [](const std::string& fields) { return safetensors_raw("{\"w\":{" + fields + "}}", "x"); };
    for (const std::string value : {"3", "\"x\"", "null", "true", "[1]", "1.5", "-1"}) {
        CHECK_THROWS_AS(read_bytes(safetensors_raw("{\"w\":" + value + "}", "x")), FormatError);
        CHECK_THROWS_AS(read_bytes(safetensors_raw("{\"__metadata__\":" + value + "}", "")), FormatError);
    }
    CHECK_THROWS_WITH(read_bytes(with("\"dtype\":1")), Contains("number"));
    CHECK_THROWS_WITH(read_bytes(with("\"dtype\":[\"BOOL\"]")), Contains("array"));
    CHECK_THROWS_WITH(read_bytes(with("\"dtype\":{}")), Contains("object"));
    CHECK_THROWS_WITH(read_bytes(with("\"shape\":1")), Contains("number"));
    CHECK_THROWS_WITH(read_bytes(with("\"shape\":[\"1\"]")), Contains("string"));
    CHECK_THROWS_WITH(read_bytes(with("\"shape\":[[1]]")), Contains("array"));
    CHECK_THROWS_WITH(read_bytes(with("\"shape\":[{}]")), Contains("object"));
    CHECK_THROWS_WITH(read_bytes(with("\"shape\":[-1]")), Contains("'shape' holds a negative number"));
    CHECK_THROWS_WITH(read_bytes(with("\"shape\":[1.5]")), Contains("1.5, which is no size"));
    CHECK_THROWS_WITH(read_bytes(with("\"shape\":[99999999999999999999]")), Contains("no size"));
    CHECK_THROWS_WITH(read_bytes(with("\"shape\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]")),
                      Contains("more than 32"));
    CHECK_THROWS_WITH(read_bytes(safetensors_raw("{\"__metadata__\":{\"a\":1}}", "")), Contains("number"));
}

TEST_CASE("safetensors: types that are not read are refused by name, unknown ones at once", "[base][safetensors]") {
    CHECK_THROWS_WITH(read_bytes(one("F4", "2", "0,1", 1)), Contains("'w'") && Contains("unknown type 'F4'"));
    CHECK_THROWS_WITH(read_bytes(one("", "1", "0,1", 1)), Contains("unknown type ''"));
    for (const std::string type : {"F8_E5M2", "F8_E4M3"}) {
        const TemporaryFolder folder;
        write_bytes(folder / "m.safetensors", one(type, "1", "0,1", 1));
        const SafetensorsFile file(folder / "m.safetensors");  // it may be there
        CHECK_THROWS_WITH(file.read(file.entries()[0]), Contains("type " + type + " is not read"));
    }
}

TEST_CASE("safetensors: ranges fill the data, and shapes fill their ranges", "[base][safetensors]") {
    CHECK_THROWS_WITH(read_bytes(one("F32", "1", "4,0", 4)), Contains("no range"));
    CHECK_THROWS_WITH(read_bytes(one("F32", "2", "0,8", 4)), Contains("no range of the 4 bytes"));
    CHECK_THROWS_WITH(read_bytes(one("F32", "1", "18446744073709551612,0", 4)), Contains("no range"));
    CHECK_THROWS_WITH(read_bytes(one("F32", "2", "0,4", 4)), Contains("needs 8 bytes, its range has 4"));
    CHECK_THROWS_WITH(read_bytes(one("F32", "1", "0,3", 3)), Contains("needs 4 bytes, its range has 3"));
    CHECK_THROWS_WITH(read_bytes(one("F32", "4294967296,4294967296", "0,4", 4)), Contains("overflows"));
    CHECK_THROWS_WITH(read_bytes(one("F32", "4611686018427387905", "0,4", 4)), Contains("overflows"));  // 4 mod 2^64
    CHECK_THROWS_WITH(read_bytes(one("F32", "65536,65536", "0,4", 4)), Contains("needs 17179869184 bytes"));
    CHECK_THROWS_WITH(read_bytes(one("F32", "1", "0", 4)), Contains("are two, not 1"));
    CHECK_THROWS_WITH(read_bytes(one("F32", "1", "0,2,4", 4)), Contains("are two, not 3"));
    CHECK_THROWS_WITH(read_bytes(one("F32", "1", "0,4", 5)), Contains("1 bytes after the last tensor"));
    CHECK_THROWS_WITH(read_bytes(one("F32", "1", "1,5", 5)), Contains("hole after byte 0"));
    CHECK_THROWS_WITH(read_bytes(two("0,4", "3,7", 7)), Contains("'b'") && Contains("within the tensor before"));
    CHECK_THROWS_WITH(read_bytes(two("0,4", "0,4", 4)), Contains("within the tensor before"));
    CHECK_THROWS_WITH(read_bytes(two("0,4", "5,9", 9)), Contains("'b'") && Contains("hole after byte 4"));
    CHECK_THROWS_WITH(read_bytes(safetensors_raw("{}", "x")), Contains("belong to none"));
}

TEST_CASE("safetensors: values that are not finite are named", "[base][safetensors]") {
    const auto file = [](const std::string& type, const std::string& bytes) {
        return safetensors({{"w", type, {2}, bytes}});
    };
    const float inf = std::numeric_limits<float>::infinity();
    CHECK_THROWS_WITH(read_bytes(file("F32", bytes_of<float>({0, std::nanf("")}))), Contains("'w': entry 1 is NaN"));
    CHECK_THROWS_WITH(read_bytes(file("F32", bytes_of<float>({-inf, 0}))), Contains("entry 0 is infinite"));
    CHECK_THROWS_WITH(read_bytes(file("F16", bytes_of<std::uint16_t>({0, 0x7c00}))), Contains("entry 1 is infinite"));
    CHECK_THROWS_WITH(read_bytes(file("BF16", bytes_of<std::uint16_t>({0, 0x7fc0}))), Contains("entry 1 is NaN"));
}

TEST_CASE("safetensors: no file, a folder, a file that became shorter", "[base][safetensors]") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(SafetensorsFile(folder / "none.safetensors"), IoError);
    CHECK_THROWS_AS(SafetensorsFile(folder.path()), Error);
    write_bytes(folder / "m.safetensors", small);
    const SafetensorsFile file(folder / "m.safetensors");
    std::filesystem::resize_file(folder / "m.safetensors", small.size() - 10);
    CHECK_THROWS_WITH(file.read(file.entries()[1]), Contains("ends early"));
}

TEST_CASE("safetensors: every cut and every flipped bit of a small file is refused or read whole",
          "[base][safetensors]") {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder / "m.safetensors";
    for (std::size_t length = 0; length < small.size(); ++length) {
        write_bytes(path, small.substr(0, length));
        CHECK_THROWS_AS(read_all(path), Error);
    }
    for (std::size_t bit = 0; bit < 8 * small.size(); ++bit) {
        std::string flipped = small;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        write_bytes(path, flipped);
        try {
            read_all(path);
        } catch (const FormatError& error) {
            CHECK(std::string(error.what()).find('\n') == std::string::npos);
        }
    }
}

}  // namespace espalier
