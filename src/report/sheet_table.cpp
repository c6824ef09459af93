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

/// Behind a LaTeX table.
std::string as_comments(const std::string& notes) {
    std::string text;
    for (const std::string& line : split(notes, '\n')) {
        if (!line.empty()) text += "% " + line + "\n";
    }
    return text;
}

class View {
  public:
    View(const Sheet& sheet, const SheetChoice& choice) : sheet_(sheet), choice_(choice) {
        for (std::size_t row = 0; row < sheet.rows.size(); ++row) order_.push_back(row);
        std::ranges::stable_sort(order_, [&](std::size_t a, std::size_t b) { return comes_before(a, b); });
        choose();
    }

    std::string text() const {
        const Table shown = table(shown_);
        const std::string notes = means_note() + reasons_note() + left_out_note() + unreadable_note();
        if (choice_.format == TableFormat::markdown) return shown.markdown() + notes;
        return choice_.format == TableFormat::latex ? shown.latex() + as_comments(notes) : shown.text() + notes;
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

    /// The main result, keys, then by weight.
    std::vector<std::string> candidates() const {
        std::vector<std::string> names;
        for (const char* main : {"test_accuracy", "validation_accuracy", "test_loss", "validation_loss"}) {
            if (names.empty() && has(main) && !is_idle(main)) names.emplace_back(main);
        }
        names.insert(names.end(), choice_.keys.begin(), choice_.keys.end());
        names.insert(names.end(), by_weight.begin(), by_weight.end());
        names.insert(names.end(), sheet_.header.begin(), sheet_.header.end());
        return names;
    }

    void choose() {
        std::set<std::string> chosen(choice_.first.begin(), choice_.first.end());
        for (const std::string& key : choice_.keys) chosen.erase(key);
        chosen.insert(choice_.asked.begin(), choice_.asked.end());
        if (has("folder") && !are_told_apart()) chosen.insert("folder");
        shown_ = in_order(chosen);
        std::set<std::string> seen = chosen;
        for (const std::string& name : candidates()) {
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
        const double interval = number(row, name + spread_ending());
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

    std::string spread_ending() const { return choice_.spread == ShownSpread::ci95 ? "_ci95" : "_std"; }

    bool shows_spread() const {
        return std::ranges::any_of(shown_, [&](const std::string& name) {
            return std::ranges::any_of(
                order_, [&](std::size_t row) { return !std::isnan(number(row, name + spread_ending())); });
        });
    }

    std::string means_note() const {
        if (!has("ci95_reason")) return "";
        const char* what = choice_.spread == ShownSpread::ci95
                               ? "half the width of Student's 95 % confidence interval of the mean over n seeds; "
                                 "--spread std shows standard deviations"
                               : "sample standard deviation over n seeds; --spread ci95 shows the 95 % confidence "
                                 "interval of the mean";
        std::string text = "\n";
        if (shows_spread()) text += wrapped(fmt::format("\u00b1: {}, CSV has both.", what), choice_.width);
        std::set<std::string> reasons;
        for (const std::size_t row : order_) {
            if (const auto* reason = std::get_if<std::string>(field(row, "ci95_reason"))) {
                reasons.insert(fmt::format("n = {:.0f}: {}", number(row, "n"), *reason));
            }
        }
        for (const std::string& reason : reasons) text += reason + "\n";
        return text == "\n" ? "" : text;
    }

    std::set<std::string> reasons_of(const std::string& name) const {
        std::set<std::string> reasons;
        for (const std::size_t row : order_) {
            const Field* reason = field(row, name + "_reason");
            if (reason == nullptr || std::holds_alternative<std::monostate>(*reason)) continue;
            reasons.insert(std::get<std::string>(*reason));
        }
        return reasons;
    }

    /// Of the columns shown, why some numbers are "-"; and why there is no test accuracy at all.
    std::string reasons_note() const {
        std::string text;
        for (const std::string& name : shown_) {
            for (const std::string& reason : reasons_of(name))
                text.append("- ").append(name).append(": ").append(reason).append("\n");
        }
        const std::string main = "test_accuracy";
        if (has(main) && std::ranges::find(shown_, main) == shown_.end() && is_idle(main)) {
            for (const std::string& reason : reasons_of(main))
                text.append("no test_accuracy: ").append(reason).append("\n");
        }
        return text.empty() ? "" : "\n" + text;
    }

    std::string left_out_note() const {
        std::string text;
        if (!left_out_.empty()) {
            text = fmt::format("Not shown, to fit {} columns: {}. ", choice_.width, join(left_out_));
        }
        if (!choice_.following.empty()) {
            text += fmt::format("Keys that vary with those shown, or with the name: {}. ", join(choice_.following));
        }
        if (text.empty()) return "";
        return "\n" + wrapped(text + "--columns NAME,... shows them, CSV has all.", choice_.width);
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
