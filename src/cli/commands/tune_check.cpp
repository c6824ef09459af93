#include <algorithm>

#include <nlohmann/json.hpp>

#include <espalier/cli/commands/tune.hpp>
#include <espalier/cli/terminal/progress.hpp>
#include <espalier/config/run_execution.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/table.hpp>
#include <espalier/tuning/execution_check.hpp>

namespace espalier::cli {
namespace {

using tuning::CheckedProduct;

using Checked = std::vector<CheckedProduct>;

const CheckedProduct& worst(const Checked& checked) {
    return *std::ranges::max_element(checked, {}, &CheckedProduct::ratio);
}

bool is_convolution(const CheckedProduct& checked) {
    return checked.product.starts_with("convolution");
}

report::Json to_json(const Checked& checked) {
    report::Json list = report::Json::array();
    for (const CheckedProduct& each : checked) {
        list.push_back({{"product", each.product},
                        {is_convolution(each) ? "channels" : "width", each.width},
                        {is_convolution(each) ? "pixels" : "lanes", each.lanes},
                        {"density", each.density},
                        {"sparse_seconds", each.seconds.sparse},
                        {"dense_seconds", each.seconds.dense},
                        {"chosen", each.is_dense ? "dense" : "sparse"},
                        {"ratio", each.ratio()}});
    }
    return {{"products", std::move(list)}, {"worst_ratio", worst(checked).ratio()}};
}

}  // namespace

std::string tune_check_text(const std::vector<CheckedProduct>& checked) {
    report::Table table(
        {"width", "lanes/pixels", "product", "worst at density", "sparse ms", "dense ms", "chosen", "ratio"});
    const auto same_line = [](const CheckedProduct& a, const CheckedProduct& b) {
        return a.width == b.width && a.lanes == b.lanes && a.product == b.product;
    };
    Checked lines;
    for (const CheckedProduct& each : checked) {
        const auto line = std::ranges::find_if(lines, [&](const auto& other) { return same_line(each, other); });
        if (line == lines.end()) {
            lines.push_back(each);
        } else if (each.ratio() > line->ratio()) {
            *line = each;
        }
    }
    for (const CheckedProduct& each : lines) {
        table.add({std::to_string(each.width), std::to_string(each.lanes), each.product, report::rounded(each.density),
                   report::rounded(each.seconds.sparse * 1e3), report::rounded(each.seconds.dense * 1e3),
                   each.is_dense ? "dense" : "sparse", report::rounded(each.ratio())});
    }
    return table.text() + "\nWorst: " + report::rounded(worst(checked).ratio()) + " times the better way's time\n";
}

std::string tune_check(bool json, ProgressForm form) {
    Progress progress(1.0, form);
    const nn::Execution execution(nn::ExecutionWay::automatic, config::machine_crossovers());
    const Checked checked = check_execution(execution, tuning::full_check(),
                                            [&](double done, double all) { progress.update(done / all, "checking"); });
    return json ? report::document(to_json(checked)) : tune_check_text(checked);
}

}  // namespace espalier::cli
