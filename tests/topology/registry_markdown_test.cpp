#include <espalier/topology/registry_markdown.hpp>

#include "generated.hpp"
#include "support.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("registry markdown: docs/metrics.md holds the tables the registries give", "[topology][docs]") {
    check_generated("docs/metrics.md", "<!-- metrics -->", "<!-- end of metrics -->", metrics_markdown());
    check_generated("docs/metrics.md", "<!-- series -->", "<!-- end of series -->", series_metrics_markdown());
    check_generated("docs/metrics.md", "<!-- distances -->", "<!-- end of distances -->", distances_markdown());
}

}  // namespace espalier::topology
