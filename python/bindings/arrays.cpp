#include "arrays.hpp"

#include <espalier/base/text/error.hpp>

namespace espalier::python {
namespace {

namespace py = pybind11;

ElementType element_type(const py::array& array, bool is_brain, const std::string& where) {
    const py::dtype type = array.dtype();
    const auto width = static_cast<std::size_t>(type.itemsize());
    if (is_brain && width == 2) return {ElementKind::brain_floating, width};
    switch (type.kind()) {
        case 'b':
            return {ElementKind::boolean, width};
        case 'i':
            return {ElementKind::signed_integer, width};
        case 'u':
            return {ElementKind::unsigned_integer, width};
        case 'f':
            if (width <= 8) return {ElementKind::floating, width};
            break;
        default:
            break;
    }
    throw FormatError(where + ": elements of type " + py::str(static_cast<py::object>(type)).cast<std::string>() +
                      "; bools, integers or real numbers of at most 8 bytes are needed");
}

}  // namespace

topology::DenseView view_of(const py::array& array, bool is_brain, const std::string& where) {
    topology::DenseView view{
        where, element_type(array, is_brain, where), static_cast<const std::byte*>(array.data()), {}, {}};
    for (py::ssize_t side = 0; side < array.ndim(); ++side) {
        view.shape.push_back(static_cast<std::size_t>(array.shape(side)));
        view.strides.push_back(array.strides(side));
    }
    return view;
}

}  // namespace espalier::python
