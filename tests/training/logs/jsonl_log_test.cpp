#include <espalier/training/logs/log_formats.hpp>

#include "support.hpp"
#include "training/log_samples.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("jsonl log: one object a line, null where a number is undefined", "[training][log]") {
    const TemporaryFolder folder;
    const auto log = jsonl_format().open(folder.path(), std::nullopt);
    log->append(train_row(3));
    log->append(undefined_row(4));
    log->append({.kind = "eval", .step = 5, .entries = {{"split", "a\tb\\c"}}});
    CHECK(read_text(folder / "log.jsonl") ==
          "{\"step\":3,\"kind\":\"train\",\"epoch\":1.5,\"split\":\"train\",\"loss\":0.1,\"accuracy\":0.5,"
          "\"learning_rate\":1e-30,\"density\":1,\"seconds\":2.25}\n"
          "{\"step\":4,\"kind\":\"topology\",\"dropped\":7,\"exploration_rate\":null,"
          "\"exploration_rate_reason\":\"it is \\\"off\\\", as asked\"}\n"
          "{\"step\":5,\"kind\":\"eval\",\"split\":\"a\\u0009b\\\\c\"}\n");
}

}  // namespace espalier::training
