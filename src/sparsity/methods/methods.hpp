#pragma once

#include <string>
#include <variant>
#include <vector>

#include <espalier/base/text/named.hpp>

namespace espalier::sparsity {

/// One key of [sparsity] and the value a method gives it: text, a number, a list of numbers, or a switch.
struct Part {
    using Value = std::variant<std::string, double, std::vector<double>, bool>;

    Part(std::string part_key, const char* text) : key(std::move(part_key)), value(std::string(text)) {}
    Part(std::string part_key, double number) : key(std::move(part_key)), value(number) {}
    Part(std::string part_key, std::vector<double> list) : key(std::move(part_key)), value(std::move(list)) {}
    Part(std::string part_key, bool flag) : key(std::move(part_key)), value(flag) {}

    std::string key;
    Value value;
};

/// A named training method: a combination of pieces, each the value of a key. A configuration may replace any of them.
struct Method : Named {
    std::vector<Part> parts;

    /// The value of a key that the method names, else "".
    std::string text(const std::string& key) const;
    bool keeps_every_weight() const { return text("init") == "dense" && text("drop_rule").empty(); }
    bool is_dynamic() const { return !text("drop_rule").empty(); }
};

/// All named methods, in the order help shows them. A new one is one entry of this table.
const std::vector<Method>& methods();

}  // namespace espalier::sparsity
