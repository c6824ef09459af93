#include <espalier/training/logs/log_formats.hpp>

#include "support.hpp"
#include "training/log_samples.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("csv log: one row a measurement, the same columns in each", "[training][log]") {
    const TemporaryFolder folder;
    const auto log = csv_format().open(folder.path(), std::nullopt);
    log->append(train_row(3));
    log->append(undefined_row(4));
    log->sync();
    CHECK(read_text(folder / "log.csv") ==
          "step,epoch,kind,split,loss,accuracy,learning_rate,density,backward_density,dropped,grown,exploration_rate,"
          "weights,seconds,dormant_before,dormant_after,reason\n"
          "3,1.5,train,train,0.1,0.5,1e-30,1,,,,,,2.25,,,\n"
          "4,,topology,,,,,,,7,,,,,,,\"exploration_rate: it is \"\"off\"\", as asked\"\n");
}

TEST_CASE("csv log: one with other columns does not go on", "[training][log]") {
    const TemporaryFolder folder;
    put_text(folder / "log.csv", "step,loss\n1,2\n");
    CHECK_THROWS_WITH(csv_format().open(folder.path(), 5),
                      Contains("log.csv has other columns") && Contains("move it"));
}

}  // namespace espalier::training
