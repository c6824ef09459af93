#pragma once

#include <memory>
#include <span>
#include <string>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <espalier/topology/files/dense_view.hpp>

namespace espalier::python {

/// An array that Python may look at and not change.
/// @param owner  keeps the numbers alive as long as the array
template <class Number>
pybind11::array read_only(std::span<const Number> numbers, std::shared_ptr<const void> owner) {
    auto* kept = new std::shared_ptr<const void>(std::move(owner));
    const pybind11::capsule capsule(kept, [](void* held) { delete static_cast<std::shared_ptr<const void>*>(held); });
    pybind11::array_t<Number> array(static_cast<pybind11::ssize_t>(numbers.size()), numbers.data(), capsule);
    pybind11::detail::array_proxy(array.ptr())->flags &= ~pybind11::detail::npy_api::NPY_ARRAY_WRITEABLE_;
    return array;
}

/// The same of numbers that nobody else has.
template <class Number>
pybind11::array read_only(std::vector<Number> numbers) {
    const auto owner = std::make_shared<const std::vector<Number>>(std::move(numbers));
    return read_only(std::span<const Number>(*owner), owner);
}

/// A NumPy array of numbers or bools as the library sees it; it must outlive the view.
/// @param is_brain  16-bit integers that are the bits of bfloat16, which NumPy lacks
/// @throws FormatError for other types of elements
topology::DenseView view_of(const pybind11::array& array, bool is_brain, const std::string& where);

}  // namespace espalier::python
