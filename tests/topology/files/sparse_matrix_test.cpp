#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/mask_files.hpp>

#include "topology/drawn_layer.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// A reader's notices, one per line.
struct Heard {
    std::string text;
    MaskFileOptions options{.notice = [this](const std::string& line) { text += line + "\n"; }};
};

std::string blocks(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& indptr,
                   const std::vector<std::int64_t>& indices, const std::vector<std::size_t>& sides,
                   const std::vector<float>& data) {
    return zip_archive({{"indices.npy", npy_ints(indices)},
                        {"indptr.npy", npy_ints(indptr)},
                        {"format.npy", npy_text("bsr")},
                        {"shape.npy", npy_ints(shape)},
                        {"data.npy", npy("<f4", sides, data)}});
}

std::string diagonals(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& offsets,
                      const std::vector<std::size_t>& sides, const std::vector<float>& data) {
    return zip_archive({{"format.npy", npy_text("dia")},
                        {"shape.npy", npy_ints(shape)},
                        {"offsets.npy", npy_ints(offsets)},
                        {"data.npy", npy("<f4", sides, data)}});
}

}  // namespace

TEST_CASE("sparse matrix: indices that do not ascend are sorted with their values, and it is said",
          "[topology][sparse_matrix]") {
    Heard heard;
    const Layer csr = read_one(scipy_npz("csr", 2, 3, {0, 2, 3}, {2, 0, 1}, {2, 1, 0}), heard.options);
    CHECK(csr.pattern == drawn);
    CHECK(csr.values == weights);
    CHECK_THAT(heard.text, Contains("'indices'") && Contains("in 1 of 2 rows, first in row 0"));
    const Layer csc = read_one(scipy_npz("csc", 3, 2, {0, 2, 3}, {2, 0, 1}, {2, 1, 0}), in_out);
    CHECK(csc.pattern == drawn);
    CHECK(csc.values == weights);
    Heard silent;
    read_one(scipy_npz("csr", 2, 3, {0, 2, 3}, {0, 2, 1}, {1, 2, 0}), silent.options);
    CHECK(silent.text.empty());
    CHECK_THROWS_WITH(read(scipy_npz("csr", 1, 3, {0, 3}, {2, 0, 2}, {1, 1, 1})),
                      Contains("entries 0 and 2 are the same edge") && Contains("sum_duplicates()"));
}

TEST_CASE("sparse matrix: blocks and diagonals of SciPy, whose zeros are no edges", "[topology][sparse_matrix]") {
    //  1 2 . .
    //  . 3 . .      blocks of 2 x 2: (0, 0) and (1, 1), stored out of order in no row
    //  . . 4 .
    //  . . 5 6
    Heard heard;
    const Layer bsr = read_one(blocks({4, 4}, {0, 1, 2}, {0, 1}, {2, 2, 2}, {1, 2, 0, 3, 4, 0, 5, 6}), heard.options);
    const Pattern kept = pattern({{1, 1, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 1, 1}});
    CHECK(bsr.pattern == kept);
    CHECK(bsr.values == std::vector<float>{1, 2, 3, 4, 5, 6});
    CHECK_THAT(heard.text, Contains("'data'") && Contains("2 zeros within its blocks"));
    //  1 . 7
    //  4 2 .        diagonals 0, 2 and -1 by columns; what stands outside is nothing
    const Layer dia = read_one(diagonals({2, 3}, {0, 2, -1}, {3, 3}, {1, 2, 9, 9, 9, 7, 4, 9, 9}));
    CHECK(dia.pattern == pattern({{1, 0, 1}, {1, 1, 0}}));
    CHECK(dia.values == std::vector<float>{1, 7, 4, 2});
    CHECK(read_one(diagonals({2, 3}, {0, 2, -1}, {3, 3}, {1, 2, 9, 9, 9, 7, 4, 9, 9}), in_out).pattern ==
          pattern({{1, 1}, {0, 1}, {1, 0}}));
}

TEST_CASE("sparse matrix: bad blocks and diagonals are refused with array and place", "[topology][sparse_matrix]") {
    const std::vector<float> four{1, 2, 3, 4};
    CHECK_THROWS_WITH(read(blocks({4, 3}, {0, 1, 1}, {0}, {1, 2, 2}, four)),
                      Contains("'data'") && Contains("no blocks"));
    CHECK_THROWS_WITH(read(blocks({4, 4}, {0, 1, 1}, {0, 1}, {1, 2, 2}, four)), Contains("no blocks for 2 indices"));
    CHECK_THROWS_WITH(read(blocks({4, 4}, {0, 1}, {0}, {1, 2, 2}, four)), Contains("'indptr'") && Contains("needs 3"));
    CHECK_THROWS_WITH(read(blocks({4, 4}, {0, 1, 1}, {2}, {1, 2, 2}, four)), Contains("entry 0 is 2"));
    CHECK_THROWS_WITH(read(blocks({4, 4}, {0, 1, 1}, {0}, {2, 2}, four)), Contains("2 dimensions instead of 3"));
    CHECK_THROWS_WITH(read(blocks({4, 4}, {0, 0, 0}, {}, {0, 0, 2}, {})), Contains("no blocks"));
    CHECK_THROWS_WITH(read(blocks({2, 2}, {0, 2}, {0, 0}, {2, 2, 2}, {1, 0, 0, 0, 1, 0, 0, 0})), Contains("same edge"));
    CHECK_THROWS_WITH(read(diagonals({2, 3}, {0, 1}, {1, 3}, {1, 2, 3})),
                      Contains("'offsets'") && Contains("1 integers"));
    CHECK_THROWS_WITH(read(diagonals({2, 3}, {1, 1}, {2, 1}, {1, 2})), Contains("diagonal 1 is there twice"));
    CHECK_THROWS_WITH(read(diagonals({2, 3}, {std::int64_t{1} << 40}, {1, 1}, {1})),
                      Contains("entry 0 is no diagonal"));
    CHECK_THROWS_WITH(read(diagonals({std::int64_t{1} << 31, 3}, {0}, {1, 1}, {1})), Contains("a side of"));
    CHECK_THROWS_WITH(read(scipy_npz("lil", 2, 3, {0}, {}, {})), Contains("'lil'") && Contains("tocsr"));
}

}  // namespace espalier::topology
