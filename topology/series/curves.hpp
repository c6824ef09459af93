#pragma once

#include <string>
#include <utility>
#include <vector>

#include <espalier/topology/metric_value.hpp>

namespace espalier::topology {

/// The values of one metric, snapshot after snapshot, turned into one value of the same form in which every number is a
/// list: NaN where it was undefined. Lists have no curve and are left out.
class Curves {
  public:
    /// The value of the next snapshot.
    void add(const MetricValue& value);
    /// Undefined, with the first reason, where no value had a number.
    MetricValue value() const { return value(count_); }

  private:
    MetricValue value(std::size_t count) const;

    std::size_t count_ = 0;
    MetricValue::Numbers numbers_;
    std::vector<std::pair<std::string, Curves>> fields_;
    std::string reason_;
};

}  // namespace espalier::topology
