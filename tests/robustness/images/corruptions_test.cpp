#include <algorithm>

#include <espalier/base/threads/threads.hpp>

#include "robustness/images/image_values.hpp"

namespace espalier::robustness {
using namespace testing;

TEST_CASE("corruptions: fifteen of four groups, and extra ones", "[robustness][corruptions]") {
    std::map<std::string, int> groups;
    for (const Corruption& one : corruptions()) groups[one.is_extra ? "extra" : one.group] += 1;
    CHECK(groups ==
          std::map<std::string, int>{{"noise", 3}, {"blur", 4}, {"weather", 4}, {"digital", 4}, {"extra", 3}});
    for (const Corruption& one : corruptions()) CHECK(one.is_rebuilt == (one.name == "frost"));
}

TEST_CASE("corruptions: images are spoiled within [0, 1], more with severity, the same way every time",
          "[robustness][corruptions][threads]") {
    const std::vector<Corruption>& all = corruptions();
    const std::size_t images = 24;
    std::vector<std::vector<float>> first;
    for (const int count : {1, 3}) {
        set_threads(count);
        std::vector<std::vector<float>> found(all.size() * 5 * images);
        parallel_for(found.size(), [&](std::size_t k) {
            const std::size_t c = k / (5 * images);
            const int severity = static_cast<int>(k / images % 5) + 1;
            const std::size_t number = k % images;
            Stream stream = corruption_stream(9, c, severity, number);
            const PixelImage image = number % 2 == 0
                                         ? colour_image(32, 32, static_cast<double>(number))
                                         : PixelImage{1, 28, 28, std::vector<double>(ImageValues().image().values)};
            found[k].resize(image.values.size());
            store_levels(corrupted(image, all[c], severity, stream), all[c], 255.0, found[k]);
        });
        if (first.empty()) first = found;
        CHECK(found == first);
    }
    set_threads(1);
    for (std::size_t c = 0; c < all.size(); ++c) {
        INFO(all[c].name);
        std::vector<double> away(5, 0.0);
        for (std::size_t k = 0; k < 5 * images; ++k) {
            const auto& levels = first[c * 5 * images + k];
            const PixelImage image =
                k % images % 2 == 0 ? colour_image(32, 32, static_cast<double>(k % images)) : ImageValues().image();
            for (std::size_t p = 0; p < levels.size(); ++p) {
                if (levels[p] < 0.0F || levels[p] > 255.0F || levels[p] != std::floor(levels[p])) FAIL("no level");
                away[k / images] += std::abs(static_cast<double>(levels[p]) / 255.0 - image.values[p]) /
                                    static_cast<double>(levels.size() * images);
            }
        }
        CHECK(away[0] > 0.0);
        // The turns of elastic images and shares of covered pixels need not grow; all else does.
        if (all[c].name != "pixelate_area" && all[c].name != "elastic_transform") CHECK(away[4] > away[0]);
    }
}

TEST_CASE("corruptions: levels of any white", "[robustness][corruptions]") {
    const PixelImage image{1, 1, 3, {0.0, 0.999, 1.0}};
    std::vector<float> raw(3);
    store_levels(image, corruption("gaussian_noise"), 255.0, raw);
    CHECK(raw == std::vector<float>{0.0F, 254.0F, 255.0F});
    store_levels(image, corruption("motion_blur"), 255.0, raw);
    CHECK(raw == std::vector<float>{0.0F, 255.0F, 255.0F});
    store_levels(image, corruption("motion_blur"), 1.0, raw);
    CHECK(raw == std::vector<float>{0.0F, 1.0F, 1.0F});
}

}  // namespace espalier::robustness
