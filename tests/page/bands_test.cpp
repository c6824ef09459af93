#include <cmath>

#include <espalier/page/bands.hpp>

#include "support.hpp"

namespace espalier::page {

TEST_CASE("bands: mean, lowest and highest at each x that all lines have", "[page][bands]") {
    const std::vector<Line> lines = {{{0, 1, 2}, {1.0, 2.0, 3.0}}, {{0, 2, 3}, {3.0, 7.0, 9.0}}};
    const Band band = band_over("set", 4, lines);
    CHECK(band.label == "set");
    CHECK(band.group == 4);
    CHECK(band.runs == 2);
    CHECK(band.x == std::vector<double>{0, 2});
    CHECK(band.mean == std::vector<double>{2.0, 5.0});
    CHECK(band.low == std::vector<double>{1.0, 3.0});
    CHECK(band.high == std::vector<double>{3.0, 7.0});
}

TEST_CASE("bands: lines and points without a number count for nothing", "[page][bands]") {
    const double none = std::nan("");
    const Band band = band_over("a", 0, std::vector<Line>{{{0, 1}, {none, none}}, {{0, 1}, {none, 2.0}}});
    CHECK(band.runs == 1);
    CHECK(band.x == std::vector<double>{1});
    CHECK(band_over("a", 0, std::vector<Line>{{{0}, {none}}}).is_empty());
    CHECK(band_over("a", 0, {}).is_empty());
}

TEST_CASE("bands: of many points the first, the last and an even choice are kept", "[page][bands]") {
    Line line;
    for (int k = 0; k < 10'000; ++k) {
        line.x.push_back(k);
        line.y.push_back(2.0 * k);
    }
    const Band band = band_over("a", 0, std::vector<Line>{line});
    REQUIRE(band.x.size() == most_points);
    CHECK(band.x.front() == 0.0);
    CHECK(band.x.back() == 9999.0);
    CHECK(band.mean.back() == 2.0 * 9999.0);
    for (std::size_t k = 1; k < band.x.size(); ++k) CHECK(band.x[k] - band.x[k - 1] < 45.0);

    std::vector<std::string> left_out;
    const std::vector<BandChart> charts = {{.id = "a", .title = "Loss", .bands = {band}}};
    note_thinned(charts, left_out);
    CHECK(left_out == std::vector<std::string>{"curves of Loss have an even choice of 240 of up to 10000 points"});
}

TEST_CASE("bands: as many points as are shown are not said to be left out", "[page][bands]") {
    Line line;
    for (std::size_t k = 0; k < most_points; ++k) {
        line.x.push_back(static_cast<double>(k));
        line.y.push_back(1.0);
    }
    std::vector<std::string> left_out;
    const std::vector<BandChart> charts = {{.id = "a", .bands = {band_over("a", 0, std::vector<Line>{line})}}};
    note_thinned(charts, left_out);
    CHECK(left_out.empty());
}

}  // namespace espalier::page
