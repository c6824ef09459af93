#include <espalier/page/course.hpp>

#include "support.hpp"

namespace espalier::page {

TEST_CASE("course: an even choice has the first and the last", "[page][course]") {
    CHECK(even_choice(21, 5) == std::vector<std::size_t>{0, 5, 10, 15, 20});
    CHECK(even_choice(3, 12) == std::vector<std::size_t>{0, 1, 2});
    CHECK(even_choice(9, 2) == std::vector<std::size_t>{0, 8});
    CHECK(even_choice(9, 1) == std::vector<std::size_t>{8});
    CHECK(even_choice(1, 12) == std::vector<std::size_t>{0});
    CHECK(even_choice(0, 12).empty());
    CHECK(even_choice(5, 0).empty());
}

TEST_CASE("course: layers are called without the numbers that run files give them", "[page][course]") {
    CHECK(plain_layer_name("000_fc1") == "fc1");
    CHECK(plain_layer_name("012_layer1.0.conv1") == "layer1.0.conv1");
    CHECK(plain_layer_name("fc1") == "fc1");
    CHECK(plain_layer_name("000_") == "000_");
    CHECK(plain_layer_name("12_fc") == "12_fc");
    CHECK(plain_layer_name("123").size() == 3);
}

}  // namespace espalier::page
