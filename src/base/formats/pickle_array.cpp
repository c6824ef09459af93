#include <algorithm>
#include <array>

#include <espalier/base/formats/pickle_array.hpp>
#include <espalier/base/formats/tensor.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {
namespace {

/// NumPy 2 has moved what NumPy 1 called numpy.core.
bool is_numpys(const std::string& global, std::string_view name) {
    return global == std::string("numpy.core.").append(name) || global == std::string("numpy._core.").append(name);
}

bool is_reconstruct(const std::string& global) {
    return is_numpys(global, "multiarray._reconstruct");
}

bool is_from_buffer(const std::string& global) {
    return is_numpys(global, "numeric._frombuffer");
}

[[noreturn]] void fail_array(const std::string& where, const std::string& what) {
    throw FormatError(where + ": " + what + "; a NumPy array of uint8 in C order is needed");
}

bool is_string(const PickleValue& value) {
    return value.is(PickleKind::text) || value.is(PickleKind::bytes);
}

void require_bytes(const PickleValue& type, const std::string& where) {
    constexpr std::array names{"u1", "|u1", "B", "uint8"};
    const bool is_type = type.is(PickleKind::call) && type.text == "numpy.dtype" && !type.items.empty();
    if (!is_type || !is_string(*type.items[0])) fail_array(where, "its dtype cannot be read");
    if (std::ranges::find(names, type.items[0]->text) != names.end()) return;
    fail_array(where, "dtype '" + excerpt(type.items[0]->text) + "'");
}

std::vector<std::size_t> shape_of(const PickleValue& value, const std::string& where) {
    constexpr std::size_t most_axes = 32;
    if (!value.is(PickleKind::tuple) || value.items.size() > most_axes) fail_array(where, "its shape is no tuple");
    std::vector<std::size_t> shape;
    for (const PickleValue* side : value.items) {
        if (!side->is(PickleKind::integer) || side->integer < 0) fail_array(where, "its shape has no whole numbers");
        shape.push_back(static_cast<std::size_t>(side->integer));
    }
    return shape;
}

PickledByteArray checked(const PickleValue& type, const PickleValue& shape, const PickleValue& content,
                         const std::string& where) {
    require_bytes(type, where);
    PickledByteArray array{shape_of(shape, where), content.text};
    if (!is_string(content)) fail_array(where, "its content is no string of bytes");
    const std::uint64_t needed = bytes_of_shape(array.shape, 1, where);
    if (needed != content.text.size()) {
        fail_array(where, "shape " + shape_text(array.shape) + " of " + std::to_string(needed) + " bytes, but " +
                              std::to_string(content.text.size()) + " are there");
    }
    return array;
}

}  // namespace

PickleGlobals only_arrays(const std::string& where) {
    return [where](const std::string& name, bool) {
        const bool is_arrays =
            is_reconstruct(name) || is_from_buffer(name) || name == "numpy.ndarray" || name == "numpy.dtype";
        if (is_arrays) return;
        throw FormatError(where + ": asks for " + excerpt(name) +
                          ", which is not read: texts, numbers, lists, dicts and NumPy arrays are");
    };
}

PickledByteArray read_pickled_bytes(const PickleValue& value, const std::string& where) {
    if (value.is(PickleKind::call) && is_reconstruct(value.text)) {
        const PickleValue* state = value.state;  // version, shape, dtype, whether in Fortran order, content
        if (state == nullptr || !state->is(PickleKind::tuple) || state->items.size() != 5) {
            fail_array(where, "an array without its content");
        }
        if (!state->items[3]->is(PickleKind::boolean) || state->items[3]->integer != 0) {
            fail_array(where, "an array in Fortran order");
        }
        return checked(*state->items[2], *state->items[1], *state->items[4], where);
    }
    if (value.is(PickleKind::call) && is_from_buffer(value.text) && value.items.size() == 4) {
        const auto& parts = value.items;  // content, dtype, shape, order
        if (!is_string(*parts[3]) || parts[3]->text != "C") fail_array(where, "an array in Fortran order");
        return checked(*parts[1], *parts[2], *parts[0], where);
    }
    fail_array(where, "no array");
}

}  // namespace espalier
