#include <algorithm>
#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/report/measurement_text.hpp>
#include <espalier/report/metrics_parts.hpp>

namespace espalier::report {
namespace {

constexpr MetricsForm all_forms[] = {MetricsForm::json, MetricsForm::csv, MetricsForm::words};
constexpr std::size_t longest_part = 1UL << 30;

}  // namespace

std::string form_of(const Measured& measured, MetricsForm form) {
    if (form == MetricsForm::words) return in_words(measured);
    if (form == MetricsForm::csv) return as_csv({measured});
    return document(to_json(measured));
}

void MetricsText::add(const std::string& one) {
    if (form_ == MetricsForm::words) {
        text_.append(text_.empty() ? "" : "\n").append(one);
        return;
    }
    if (form_ == MetricsForm::csv) {
        const std::size_t behind_header = one.find('\n') + 1;
        text_.append(one, text_.empty() ? 0 : behind_header);
        return;
    }
    const std::size_t end = one.find_last_not_of('\n') + 1;
    text_.append(text_.empty() ? "" : ",").append(one, 0, end);
}

std::string MetricsText::text() const {
    return form_ == MetricsForm::json ? "[" + text_ + "]\n" : text_;
}

MetricsParts::MetricsParts(const std::filesystem::path& folder, const std::vector<std::string>& plan, std::size_t size)
    : size_(size), words_(folder, plan, "txt"), json_(folder, plan, "json"), csv_(folder, plan, "csv") {}

const WorkFolder& MetricsParts::folder(MetricsForm form) const {
    if (form == MetricsForm::words) return words_;
    return form == MetricsForm::csv ? csv_ : json_;
}

bool MetricsParts::has(std::size_t part) const {
    return std::ranges::all_of(all_forms, [&](MetricsForm form) { return folder(form).has(part); });
}

void MetricsParts::write(std::size_t part, const Measured& measured) const {
    for (const MetricsForm form : all_forms) {
        folder(form).write(part, [&](const std::filesystem::path& temporary) {
            std::ofstream out(temporary, std::ios::binary);
            out << form_of(measured, form);
            if (!out.flush()) throw_errno("cannot write", temporary.string());
        });
    }
}

std::string MetricsParts::text(MetricsForm form) const {
    MetricsText all(form);
    for (std::size_t part = 0; part < size_; ++part) {
        const std::filesystem::path file = folder(form).file_of(part);
        const std::string one = read_text(file, longest_part);
        if (form == MetricsForm::json && !Json::accept(one)) {
            throw FormatError(file.string() + ": is no JSON; remove it, and its topology is measured again");
        }
        all.add(one);
    }
    return all.text();
}

}  // namespace espalier::report
