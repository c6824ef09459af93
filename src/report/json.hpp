#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace espalier::report {

/// Keys stay in the order they are put in.
using Json = nlohmann::ordered_json;

/// The double whose shortest text is that of the float: 0.1f becomes 0.1, not 0.10000000149011612.
double shortest(float value);

/// Whole numbers are written without a point: 3, not 3.0. What is not finite becomes null.
Json number(double value);

/// object[name] = value, or null with "<name>_reason" beside it where the value is not finite.
void put_number(Json& object, const std::string& name, double value, const std::string& reason);

/// The one document a command prints with --json, with a line end. Bytes that are no UTF-8 (file names) become U+FFFD.
std::string document(const Json& json);

}  // namespace espalier::report
