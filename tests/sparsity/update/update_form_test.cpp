#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/update/update_form.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("update form: a block of a convolution spans the whole kernel", "[sparsity][structures]") {
    const UpdateForm form = parse_update_form("block:2,3");
    CHECK(form_in(form, {8, 6}).block.size() == 6);
    CHECK(form_in(form, {8, 6, 3, 3}).block.rows == 2);
    CHECK(form_in(form, {8, 6, 3, 3}).block.cols == 27);
    const UpdateForm kernels = form_in(parse_update_form("block:1,1"), {8, 6, 3, 3});
    CHECK(kernels.is_in_blocks());
    CHECK(kernels.block.cols == 9);
    CHECK(form_in(parse_update_form("nm:2,4"), {8, 6, 3, 3}).group_size == 4);
}

TEST_CASE("update form: what updates can keep, and what they cannot", "[sparsity][structures]") {
    CHECK(parse_update_form("block:4,8").block.size() == 32);
    CHECK(parse_update_form("block:4,8").is_in_blocks());
    CHECK(parse_update_form("nm:2,4").group_size == 4);
    CHECK_FALSE(parse_update_form("nm:2,4").is_in_blocks());
    CHECK(parse_update_form("constant_fan_in").group_size == ~std::size_t{0});
    for (const char* text : {"ramanujan", "erk", "block", "block:0,2", "nm:5,4", "blocks:2,2"}) {
        CHECK_THROWS_AS(parse_update_form(text), ConfigError);
    }
}

}  // namespace espalier::sparsity
