#include "json_values.hpp"

#include <nlohmann/json.hpp>

#include "errors.hpp"

namespace espalier::python {

namespace py = pybind11;

py::object python_of(const report::Json& json) {
    switch (json.type()) {
        case report::Json::value_t::boolean:
            return py::bool_(json.get<bool>());
        case report::Json::value_t::number_integer:
            return py::int_(json.get<std::int64_t>());
        case report::Json::value_t::number_unsigned:
            return py::int_(json.get<std::uint64_t>());
        case report::Json::value_t::number_float:
            return py::float_(json.get<double>());
        case report::Json::value_t::string:
            return text(json.get_ref<const std::string&>());
        case report::Json::value_t::array: {
            py::list list(json.size());
            for (std::size_t k = 0; k < json.size(); ++k) list[k] = python_of(json[k]);
            return list;
        }
        case report::Json::value_t::object: {
            py::dict object;
            for (const auto& [name, value] : json.items()) object[text(name)] = python_of(value);
            return object;
        }
        default:
            return py::none();
    }
}

py::object python_of_text(const std::string& document) {
    return python_of(report::Json::parse(document));
}

}  // namespace espalier::python
