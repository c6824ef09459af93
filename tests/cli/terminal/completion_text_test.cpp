#include <espalier/cli/terminal/completion.hpp>

#include "support.hpp"

// What the scripts offer is asked of the shells: tests/cli/shell_completion.py.
namespace espalier::cli {
using namespace testing;

TEST_CASE("completion: quotes of help stay in it", "[cli][completion]") {
    CHECK(shell_quoted("a'b") == "'a'\\''b'");
    CHECK(joined_words({"a", "b"}) == "a b");
}

}  // namespace espalier::cli
