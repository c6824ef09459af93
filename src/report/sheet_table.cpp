#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include <espalier/base/text/text.hpp>
#include <espalier/report/sheet_table.hpp>
#include <espalier/report/table.hpp>
#include <espalier/report/units.hpp>

namespace espalier::report {
namespace {

using sweep::Field;
using sweep::Sheet;

/// Columns by how much readers ask for them; what is not listed comes behind.
constexpr std::array<const char*, 14> by_weight = {
    "status",          "test_accuracy",    "best_test_accuracy", "validation_accuracy", "density",
    "seconds",         "unfinished",       "test_loss",          "exploration_rate",    "peak_rss_bytes",
    "validation_loss", "steps_per_second", "best_test_loss",     "training_flops_ratio"};

/// What belongs to another column: it is shown there, or under the table.
constexpr std::array<const char*, 4> endings = {"_std", "_ci95", "_n", "_reason"};

class View {
  public:
    View(const Sheet& sheet, const SheetChoice& choice) : sheet_(sheet), choice_(choice) {
        for (std::size_t row = 0; row < sheet.rows.size(); ++row) order_.push_back(row);
        std::ranges::stable_sort(order_, [&](std::size_t a, std::size_t b) { return comes_before(a, b); });
        choose();
    }

    std::string text() const {
        return table(shown_).text() + means_note() + reasons_note() + left_out_note() + unreadable_note();
    }

  private:
    /// Nothing where there is no such column.
    const Field* field(std::size_t row, const std::string& name) const {
        const auto found = std::ranges::find(sheet_.header, name);
        if (found == sheet_.header.end()) return nullptr;
        return &sheet_.rows[row][static_cast<std::size_t>(found - sheet_.header.begin())];
    }

    double number(std::size_t row, const std::string& name) const {
        const Field* held = field(row, name);
        if (held == nullptr) return std::nan("");
        if (const auto* integer = std::get_if<std::int64_t>(held)) return static_cast<double>(*integer);
        const auto* real = std::get_if<double>(held);
        return real == nullptr ? std::nan("") : *real;
    }

    bool has(const std::string& name) const { return std::ranges::find(sheet_.header, name) != sheet_.header.end(); }

    bool comes_before(std::size_t a, std::size_t b) const {
        for (const std::string& name : choice_.first) {
            if (!has(name)) continue;
            if (sweep::field_less(*field(a, name), *field(b, name))) return true;
            if (sweep::field_less(*field(b, name), *field(a, name))) return false;
        }
        return false;
    }

    /// Neighbours in the order differ in what comes first.
    bool are_told_apart() const {
        return std::ranges::adjacent_find(order_, [&](std::size_t a, std::size_t b) { return !comes_before(a, b); }) ==
               order_.end();
    }

    bool belongs_to_another(const std::string& name) const {
        return name == "reason" || std::ranges::any_of(endings, [&](const std::string ending) {
                   return name.ends_with(ending) &&
                          (ending == "_reason" || has(name.substr(0, name.size() - ending.size())));
               });
    }

    /// The same in every row and nothing to tell: an empty column, no unfinished runs, all finished.
    bool is_idle(const std::string& name) const {
        return std::ranges::all_of(order_, [&](std::size_t row) {
            const Field& held = *field(row, name);
            return std::holds_alternative<std::monostate>(held) || held == Field(std::string("finished")) ||
                   (name == "unfinished" && held == Field(std::int64_t{0}));
        });
    }

    void choose() {
        std::vector<std::string> candidates(by_weight.begin(), by_weight.end());
        candidates.insert(candidates.end(), sheet_.header.begin(), sheet_.header.end());
        std::set<std::string> chosen(choice_.first.begin(), choice_.first.end());
        chosen.insert(choice_.asked.begin(), choice_.asked.end());
        if (has("folder") && !are_told_apart()) chosen.insert("folder");
        shown_ = in_order(chosen);
        std::set<std::string> seen = chosen;
        for (const std::string& name : candidates) {
            if (!has(name) || !seen.insert(name).second || belongs_to_another(name) || is_idle(name)) continue;
            chosen.insert(name);
            const std::vector<std::string> wider = in_order(chosen);
            if (table(wider).width() <= choice_.width) {
                shown_ = wider;
            } else {
                chosen.erase(name);
                left_out_.push_back(name);
            }
        }
    }

    /// As the sheet has them.
    std::vector<std::string> in_order(const std::set<std::string>& chosen) const {
        std::vector<std::string> names;
        std::ranges::copy_if(sheet_.header, std::back_inserter(names),
                             [&](const std::string& name) { return chosen.contains(name); });
        return names;
    }

    Table table(const std::vector<std::string>& columns) const {
        Table table(columns);
        for (const std::size_t row : order_) {
            std::vector<std::string> cells;
            for (const std::string& name : columns) cells.push_back(cell(row, name));
            table.add(std::move(cells));
        }
        return table;
    }

    std::string cell(std::size_t row, const std::string& name) const {
        const Field& held = *field(row, name);
        if (const auto* text = std::get_if<std::string>(&held)) return *text;
        if (std::holds_alternative<std::monostate>(held)) return "-";
        const auto* integer = std::get_if<std::int64_t>(&held);
        if (integer != nullptr && name == "seed") return std::to_string(*integer);
        const double value = number(row, name);
        const double interval = number(row, name + "_ci95");
        const double n = number(row, name + "_n");
        std::string text = std::isnan(interval) ? value_text(name, value) : mean_text(name, value, interval);
        if (!std::isnan(n) && n != number(row, "n")) text += fmt::format(" (n {:.0f})", n);
        return text;
    }

    static std::string value_text(const std::string& name, double value) {
        if (name.ends_with("accuracy")) return percent(value);
        if (name == "seconds") return duration_text(value);
        if (name.ends_with("_bytes")) return bytes_text(value);
        return rounded(value);
    }

    static std::string mean_text(const std::string& name, double mean, double interval) {
        if (name.ends_with("accuracy")) return fmt::format("{:.2f} \u00b1 {:.2f} %", 100.0 * mean, 100.0 * interval);
        if (name == "seconds" || name.ends_with("_bytes")) {
            return value_text(name, mean) + " \u00b1 " + value_text(name, interval);
        }
        return fmt::format("{} \u00b1 {:.2g}", rounded(mean), interval);
    }

    std::string means_note() const {
        if (!has("ci95_reason")) return "";
        std::string text =
            "\n\u00b1: half the width of Student's 95 % confidence interval of the mean over n seeds; standard "
            "deviations are in the CSV.\n";
        std::set<std::string> reasons;
        for (const std::size_t row : order_) {
            if (const auto* reason = std::get_if<std::string>(field(row, "ci95_reason"))) {
                reasons.insert(fmt::format("n = {:.0f}: {}", number(row, "n"), *reason));
            }
        }
        for (const std::string& reason : reasons) text += reason + "\n";
        return text;
    }

    /// Of the columns shown, why some numbers are "-".
    std::string reasons_note() const {
        std::string text;
        for (const std::string& name : shown_) {
            std::set<std::string> reasons;
            for (const std::size_t row : order_) {
                const Field* reason = field(row, name + "_reason");
                if (reason == nullptr || std::holds_alternative<std::monostate>(*reason)) continue;
                reasons.insert(std::get<std::string>(*reason));
            }
            for (const std::string& reason : reasons)
                text.append("- ").append(name).append(": ").append(reason).append("\n");
        }
        return text.empty() ? "" : "\n" + text;
    }

    std::string left_out_note() const {
        if (left_out_.empty()) return "";
        const std::string text =
            fmt::format("Not shown, to fit {} columns: {}. --columns NAME,... shows them, CSV has all.", choice_.width,
                        join(left_out_));
        return "\n" + wrapped(text, choice_.width);
    }

    std::string unreadable_note() const {
        std::string text;
        for (const std::size_t row : order_) {
            const Field* reason = field(row, "reason");
            if (reason == nullptr || std::holds_alternative<std::monostate>(*reason)) continue;
            text.append("unreadable: ").append(std::get<std::string>(*reason)).append("\n");
        }
        return text.empty() ? "" : "\n" + text;
    }

    const Sheet& sheet_;
    const SheetChoice& choice_;
    std::vector<std::size_t> order_;
    std::vector<std::string> shown_;
    std::vector<std::string> left_out_;
};

}  // namespace

std::string sheet_table(const Sheet& sheet, const SheetChoice& choice) {
    return View(sheet, choice).text();
}

}  // namespace espalier::report
