#pragma once

#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace espalier::topology {

/// What a metric has to say of a layer or a network: a number, nothing for a reason, a list of numbers (a curve, a
/// histogram, a spectrum), or named values in a fixed order.
///
/// It is what JSON would hold, without a JSON library: the program writes it as number, null with `<name>_reason`
/// beside it, array or object.
class MetricValue {
  public:
    using Field = std::pair<std::string, MetricValue>;
    using Fields = std::vector<Field>;
    using Numbers = std::vector<double>;

    /// A number.
    MetricValue(double number) : value_(number) {}  // NOLINT(google-explicit-constructor): it is one
    /// Named values, in this order.
    MetricValue(Fields fields) : value_(std::move(fields)) {}  // NOLINT(google-explicit-constructor)
    /// A list of numbers; NaN where one of them is undefined: null in JSON.
    MetricValue(Numbers list) : value_(std::move(list)) {}  // NOLINT(google-explicit-constructor)
    /// Nothing, for a reason of a few words.
    static MetricValue undefined(std::string reason) { return MetricValue(Undefined{std::move(reason)}); }

    /// Whether it is a number.
    bool is_number() const { return std::holds_alternative<double>(value_); }
    /// Whether it is undefined, for a reason().
    bool is_undefined() const { return std::holds_alternative<Undefined>(value_); }
    /// Whether it is a list of numbers.
    bool is_list() const { return std::holds_alternative<Numbers>(value_); }
    /// Whether it is named values.
    bool is_object() const { return std::holds_alternative<Fields>(value_); }

    /// @throws std::bad_variant_access, as those below, where it is of another kind
    double number() const { return std::get<double>(value_); }
    /// Why it is undefined, in a few words.
    const std::string& reason() const { return std::get<Undefined>(value_).text; }
    /// The numbers of a list.
    const Numbers& list() const { return std::get<Numbers>(value_); }
    /// The named values.
    const Fields& fields() const { return std::get<Fields>(value_); }
    /// The field of this name, or null.
    const MetricValue* find(const std::string& name) const;

  private:
    struct Undefined {
        std::string text;
    };
    explicit MetricValue(Undefined reason) : value_(std::move(reason)) {}

    std::variant<double, Undefined, Numbers, Fields> value_;
};

/// The value of a network from those of its layers: the plain mean of each number over the layers where it is defined.
/// Objects give an object of all fields that occur. Lists of one length are averaged entry by entry; of several lengths
/// they have no mean. Undefined, with the first layer's reason, where no layer has a value.
/// Source: definitions.md 6.1.
MetricValue mean_over_layers(std::span<const MetricValue> layers);

}  // namespace espalier::topology
