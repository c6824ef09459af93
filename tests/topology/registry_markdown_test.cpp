#include <espalier/topology/registry_markdown.hpp>

#include "generated.hpp"
#include "support.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("registry markdown: docs/metrics.md holds the tables the registries give", "[topology][docs]") {
    check_generated("docs/metrics.md", "<!-- metrics -->", "<!-- end of metrics -->", metrics_markdown());
    check_generated("docs/metrics.md", "<!-- series -->", "<!-- end of series -->", series_metrics_markdown());
    check_generated("docs/metrics.md", "<!-- distances -->", "<!-- end of distances -->", distances_markdown());
    // What a reader looks for: the name, and the section that defines it.
    CHECK_THAT(distances_markdown(), Contains("`nnstd`") && Contains("| definitions"));
    CHECK_THAT(metrics_markdown(), Contains("`degree`") && Contains("| definitions"));
}

}  // namespace espalier::topology
