#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/training/logs/metric_table.hpp>

#include "support.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("metric table: columns stay equally long, missing entries are NaN, -1 and empty", "[training][metrics]") {
    const TemporaryFolder folder;
    const hdf5::File file = hdf5::File::create(folder / "f.h5");
    hdf5::Group group = file.root().create_group("eval");
    MetricTable table;
    table.append(0, {{"loss", 2.5}});
    table.append(10, {{"loss", 1}, {"split", "test"}});
    table.write_to(group);
    table.append(20, {{"epoch", 3U}, {"split", std::string("validation")}});
    table.write_to(group);
    table.write_to(group);
    //  step  loss  split       epoch
    //     0  2.5   ""          -1
    //    10  1     test        -1
    //    20  NaN   validation   3
    CHECK(group.children() == std::vector<std::string>{"epoch", "loss", "split", "step"});
    CHECK(group.dataset("step").read<std::int64_t>() == std::vector<std::int64_t>{0, 10, 20});
    CHECK(group.dataset("epoch").read<std::int64_t>() == std::vector<std::int64_t>{-1, -1, 3});
    CHECK(group.dataset("split").read_text() == std::vector<std::string>{"", "test", "validation"});
    const auto loss = group.dataset("loss").read<double>();
    CHECK((loss[0] == 2.5 && loss[1] == 1.0 && std::isnan(loss[2])));
}

TEST_CASE("metric table: cut back to a step and continued it equals one written in one go", "[training][metrics]") {
    const TemporaryFolder folder;
    const hdf5::File file = hdf5::File::create(folder / "f.h5");
    const auto rows = [](MetricTable& table, std::int64_t from, std::int64_t to) {
        for (std::int64_t step = from; step < to; ++step) table.append(step, {{"loss", std::sqrt(step)}, {"n", step}});
    };
    hdf5::Group whole = file.root().create_group("whole");
    MetricTable once;
    rows(once, 0, 5000);
    once.write_to(whole);
    for (const std::int64_t cut : {-1, 0, 1023, 1024, 3999, 9000}) {
        const std::string name = "cut" + std::to_string(cut);
        hdf5::Group group = file.root().create_group(name);
        MetricTable first;
        rows(first, 0, 4000);
        first.write_to(group);
        MetricTable second(group, cut);
        rows(second, std::min<std::int64_t>(cut + 1, 4000), 5000);
        second.write_to(group);
        for (const char* column : {"loss", "step", "n"}) {
            CHECK(read_column(group.dataset(column)) == read_column(whole.dataset(column)));
        }
    }
}

TEST_CASE("metric table: an entry of another kind and columns of unequal length are refused", "[training][metrics]") {
    const TemporaryFolder folder;
    const hdf5::File file = hdf5::File::create(folder / "f.h5");
    MetricTable table;
    table.append(0, {{"split", "test"}});
    CHECK_THROWS_WITH(table.append(1, {{"split", 1.0}}), Contains("'split'"));
    hdf5::Group group = file.root().create_group("eval");
    group.create_column("step", hdf5::Type::i64).append(std::vector<std::int64_t>{1, 2});
    group.create_column("loss", hdf5::Type::f64).append(std::vector<double>{1});
    CHECK_THROWS_WITH(MetricTable(group, 1), Contains("eval/loss") && Contains("1 elements instead of 2"));
}

}  // namespace espalier::training
