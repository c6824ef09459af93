#include <espalier/sweep/point_name.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;

TEST_CASE("point name: readable, safe for a shell, and the same every time", "[sweep][name]") {
    CHECK(point_name("", {}, 3) == "s3");
    CHECK(point_name("set", {}, 0) == "set-s0");
    CHECK(point_name("set", {{"sparsity.density", 0.05}}, 0) == "set-density0.05-s0");
    CHECK(point_name("", {{"sparsity.init", std::string("ramanujan")}}, 0) == "init_ramanujan-s0");
    CHECK(point_name("", {{"sparsity.update_every", std::string("400it")}}, 0) == "update_every400it-s0");
    CHECK(point_name("", {{"model.hidden", std::vector<std::int64_t>{300, 100}}}, 0) == "hidden300x100-s0");
    CHECK(point_name("", {{"optimizer.nesterov", true}}, 0) == "nesterov_true-s0");
    CHECK(point_name("", {{"sparsity.init", std::string("file:../a b;$x'.h5")}}, 0) == "init_file_.._a_b__x_.h5-s0");
    CHECK(point_name("", {{"sparsity.dense_layers", std::vector<std::string>{"fc1", "fc2"}}}, 0) ==
          "dense_layers_fc1xfc2-s0");
}

TEST_CASE("point name: keys with the same last part go by their whole names", "[sweep][name]") {
    CHECK(point_name("", {{"model.init", std::string("normal")}, {"sparsity.init", std::string("er")}}, 0) ==
          "model.init_normal-sparsity.init_er-s0");
}

}  // namespace espalier::sweep
