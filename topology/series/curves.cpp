#include <algorithm>
#include <limits>

#include <espalier/topology/series/curves.hpp>

namespace espalier::topology {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void Curves::add(const MetricValue& value) {
    if (value.is_number()) {
        numbers_.resize(count_, nan);  // it may have been undefined until now
        numbers_.push_back(value.number());
    }
    if (value.is_undefined() && reason_.empty()) reason_ = value.reason();
    if (value.is_object()) {
        for (const auto& [name, field] : value.fields()) {
            auto curve = std::ranges::find(fields_, name, &std::pair<std::string, Curves>::first);
            if (curve == fields_.end()) curve = fields_.emplace(fields_.end(), name, Curves());
            curve->second.count_ = count_;
            curve->second.add(field);
        }
    }
    ++count_;
}

/// @param count  entries a curve has: a field may have been missing in the last values
MetricValue Curves::value(std::size_t count) const {
    if (!fields_.empty()) {
        MetricValue::Fields fields;
        for (const auto& [name, curve] : fields_) fields.emplace_back(name, curve.value(count));
        return fields;
    }
    if (numbers_.empty()) return MetricValue::undefined(reason_.empty() ? "no number to follow" : reason_);
    MetricValue::Numbers curve = numbers_;
    curve.resize(count, nan);
    return curve;
}

}  // namespace espalier::topology
