#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("init: distributions, structures and their numbers", "[sparsity][structures]") {
    CHECK(parse_init("erk").structure == nullptr);
    CHECK(parse_init("biregular").structure->name == "biregular");
    CHECK_FALSE(parse_init("biregular").has_density());
    const Init block = parse_init("block:8,16");
    CHECK(block.structure->id() == "block");
    CHECK(block.numbers == StructureNumbers{8, 16});
    CHECK_FALSE(block.has_density());
    const Init nm = parse_init("nm:1,4");
    CHECK(nm.has_density());
    CHECK(nm.density() == 0.25);
    CHECK(parse_init("nm:4,4").density() == 1.0);
}

TEST_CASE("init: what is not one", "[sparsity][structures]") {
    CHECK_THROWS_WITH(parse_init("biregullar"), Contains("Did you mean 'biregular'? Known: dense, er,"));
    CHECK_THROWS_WITH(parse_init("biregular:2,4"), Contains("is not known"));
    CHECK_THROWS_WITH(parse_init("nm:4,2"), Contains("at most the second"));
    for (const char* text : {"nm", "nm:", "nm:2", "nm:2,4,8", "nm:0,4", "nm:2,0", "nm:2, 4", "nm:a,b", "nm:-1,4",
                             "nm:2.0,4", "block:8", "block:99999999999999999999,1"}) {
        INFO(text);
        CHECK_THROWS_WITH(parse_init(text), Contains("two whole numbers of at least 1"));
    }
}

TEST_CASE("init: saliencies, ratios and files", "[sparsity][saliency]") {
    for (const Saliency& saliency : saliencies()) {
        CHECK(parse_init(saliency.name).saliency == &saliency);
        CHECK_FALSE(parse_init(saliency.name).ratio_only);
        const Init ratio = parse_init("ratio_of:" + saliency.name);
        CHECK(ratio.saliency == &saliency);
        CHECK(ratio.ratio_only);
    }
    CHECK(parse_init("snip_ratio").saliency->name == "snip");
    CHECK(parse_init("grasp_ratio").ratio_only);
    CHECK(parse_init("file:runs/a b/run.h5@30").file == "runs/a b/run.h5@30");
    CHECK(parse_init("ratio_of:file:x.npz").file == "x.npz");
    CHECK(parse_init("ratio_of:file:x.npz").ratio_only);
    CHECK(parse_init("snip").ranks_globally(false));
    CHECK_FALSE(parse_init("snip").ranks_globally(true));
    CHECK(parse_init("snip").takes_layer_densities(true));
    CHECK(parse_init("npb").takes_layer_densities(false));
    CHECK_THROWS_WITH(parse_init("snipp"), Contains("Did you mean 'snip'"));
    CHECK_THROWS_WITH(parse_init("file:"), Contains("must name a topology"));
    CHECK_THROWS_WITH(parse_init("ratio_of:erk"), Contains("must name behind 'ratio_of:' one of random, magnitude"));
    CHECK_THROWS_WITH(parse_init("ratio_of:sniff"), Contains("is not known"));
    CHECK_THROWS_WITH(parse_init("ratio_of:"), Contains("is not known"));
}

TEST_CASE("initial mask: uniform for distributions, drawn by the structure else", "[sparsity][structures]") {
    const Stream stream = test_stream();
    CHECK(initial_mask(parse_init("erk"), {8, 12}, 20, stream) == random_mask(8, 12, 20, stream));
    CHECK(initial_mask(parse_init("erk"), {8, 3, 2, 2}, 20, stream) == random_mask(8, 12, 20, stream));
    CHECK(initial_mask(parse_init("block:3,5"), {8, 12}, 96, stream).is_full());
    Stream drawing = stream;
    CHECK(initial_mask(parse_init("circulant"), {8, 12}, 20, stream) ==
          parse_init("circulant").structure->draw({8, 12}, 20, {}, drawing));
}

}  // namespace espalier::sparsity
