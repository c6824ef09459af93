#include <espalier/page/curve_sentences.hpp>

#include "support.hpp"

namespace espalier::page {
namespace {

/// A band that ends so; it begins at `first` for all seeds.
Band ends(const std::string& label, double low, double mean, double high, std::size_t runs = 3, double first = 0.1) {
    return {.label = label,
            .group = 0,
            .runs = runs,
            .x = {0, 10},
            .mean = {first, mean},
            .low = {first, low},
            .high = {first, high}};
}

}  // namespace

TEST_CASE("curve_sentences: who ends best, and whether seeds tell the first two apart", "[page][sentences]") {
    const Band best = ends("rigl", 0.90, 0.91, 0.92);
    CHECK(
        ranking_sentence({ends("set", 0.87, 0.88, 0.89), best}, "percent", true) ==
        "rigl ends highest, at 91.0 % (the mean of 3 seeds); set comes next, at 88.0 %. Every seed of rigl ends above "
        "every seed of set.");
    CHECK(ranking_sentence({ends("set", 0.87, 0.88, 0.905), best}, "percent", true) ==
          "rigl ends highest, at 91.0 % (the mean of 3 seeds); set comes next, at 88.0 %. Their seeds overlap at the "
          "end.");
    CHECK(ranking_sentence({ends("set", 0.4, 0.5, 0.6), ends("rigl", 0.7, 0.8, 0.9)}, "number", false) ==
          "set ends lowest, at 0.5 (the mean of 3 seeds); rigl comes next, at 0.8. Every seed of set ends below every "
          "seed of rigl.");
}

TEST_CASE("curve_sentences: nothing is claimed that one seed or equal numbers do not say", "[page][sentences]") {
    const Band one = ends("rigl", 0.91, 0.91, 0.91, 1);
    CHECK(ranking_sentence({one, ends("set", 0.8, 0.8, 0.8, 1)}, "percent", true) ==
          "rigl ends highest, at 91.0 % (one seed); set comes next, at 80.0 %. One seed alone does not say how much of "
          "that is chance.");
    CHECK(ranking_sentence({one, ends("set", 0.9101, 0.9101, 0.9101, 1)}, "percent", true) ==
          "set and rigl end alike, at 91.0 %.");
    CHECK(ranking_sentence({one}, "percent", true) == "rigl ends at 91.0 %, one seed.");
    CHECK(ranking_sentence({}, "percent", true).empty());
}

TEST_CASE("curve_sentences: a loss that rises again says where it was lowest", "[page][sentences]") {
    Band band = ends("set", 0.6, 0.6, 0.6);
    band.x = {0, 4, 10};
    band.mean = {2.0, 0.5, 0.6};
    CHECK(rise_sentence({band}, "number") == "It rises again towards the end for set (lowest at epoch 4, 0.5).");
    band.mean = {2.0, 0.59, 0.6};
    CHECK(rise_sentence({band}, "number").empty());
}

TEST_CASE("curve_sentences: how a quantity ran", "[page][sentences]") {
    const Band flat = ends("set", 0.1, 0.1, 0.1);
    const Band rising = ends("rigl", 0.3, 0.35, 0.4);
    CHECK(course_sentence({flat, flat}, "percent", "The density") == "The density stays at 10.0 % for every group.");
    CHECK(course_sentence({flat}, "percent", "The density") == "The density stays at 10.0 %.");
    CHECK(course_sentence({flat, rising}, "percent", "The explored share") ==
          "The explored share: for set it stays at 10.0 % and for rigl it rises from 10.0 % to 35.0 %.");
    const Band falling = ends("imp", 0.05, 0.05, 0.05);
    CHECK(course_sentence({falling}, "percent", "The density") == "The density falls from 10.0 % to 5.0 %.");
}

TEST_CASE("curve_sentences: of many groups it is told how many do what", "[page][sentences]") {
    const std::vector<Band> many = {ends("a", 0.1, 0.1, 0.1), ends("b", 0.1, 0.1, 0.1), ends("c", 0.3, 0.3, 0.3),
                                    ends("d", 0.2, 0.2, 0.2), ends("e", 0.05, 0.05, 0.05)};
    CHECK(course_sentence(many, "percent", "The density") ==
          "The density is constant in 2, higher at the end in 2 and lower at the end in 1 of 5 groups; it ends between "
          "5.0 % (e) and 30.0 % (c).");
}

TEST_CASE("curve_sentences: values have the unit of their chart", "[page][sentences]") {
    CHECK(value_text(0.904, "percent") == "90.4 %");
    CHECK(value_text(0.0012, "percent") == "0.12 %");
    CHECK(value_text(92.0, "seconds") == "1m 32s");
    CHECK(value_text(0.31234, "number") == "0.312");
    CHECK(value_text(30.1e6, "flops") == "30.1 MFLOPs");
}

}  // namespace espalier::page
