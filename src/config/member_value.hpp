#pragma once

#include <string>
#include <variant>

#include <espalier/base/text/duration.hpp>
#include <espalier/config/value.hpp>

/// Members of configuration structs as values of keys, and back.
namespace espalier::config {

template <class Member>
Value to_value(const Member& member) {
    return member;
}
inline Value to_value(const Duration& member) {
    return member.text();
}

template <class Member>
void from_value(Member& member, const Value& value) {
    member = std::get<Member>(value);
}
inline void from_value(Duration& member, const Value& value) {
    member = Duration::parse(std::get<std::string>(value));
}

}  // namespace espalier::config
