#include <array>

#include <espalier/base/files/child_report.hpp>
#include <espalier/base/files/isolate.hpp>
#include <espalier/base/hdf5/hdf5_library.hpp>
#include <espalier/base/hdf5/hdf5_texts.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier::hdf5 {

using library::read_ok;
using library::write_ok;

namespace {

/// Text as h5py writes a str: of variable length, UTF-8.
Handle text_type() {
    Handle type(H5Tcopy(H5T_C_S1));
    H5Tset_size(type.get(), H5T_VARIABLE);
    H5Tset_cset(type.get(), H5T_CSET_UTF8);
    return type;
}

void write_attribute(std::int64_t object, const std::string& name, std::int64_t disk_type, std::int64_t memory_type,
                     const Handle& space, const void* value, const std::string& place) {
    if (write_ok(H5Aexists(object, name.c_str()), place) > 0) write_ok(H5Adelete(object, name.c_str()), place);
    const hid_t created = H5Acreate2(object, name.c_str(), disk_type, space.get(), H5P_DEFAULT, H5P_DEFAULT);
    const Handle attribute(write_ok(created, place));
    write_ok(H5Awrite(attribute.get(), memory_type, value), place);
}

/// Writes each kind of attribute in the type h5py would choose.
struct Writer {
    std::int64_t object;
    const std::string& name;
    const std::string place;

    void operator()(const std::string& text) const {
        if (text.size() > attribute_limit) throw FormatError(place + ": text of more than 64 KB");
        const Handle type = text_type();
        const char* pointer = text.c_str();
        write_attribute(object, name, type.get(), type.get(), Handle(H5Screate(H5S_SCALAR)), &pointer, place);
    }
    void operator()(std::int64_t value) const {
        write_attribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, Handle(H5Screate(H5S_SCALAR)), &value, place);
    }
    void operator()(double value) const {
        write_attribute(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, Handle(H5Screate(H5S_SCALAR)), &value, place);
    }
    void operator()(const std::vector<std::int64_t>& values) const {
        const hsize_t extent = values.size();
        const Handle space(H5Screate_simple(1, &extent, nullptr));
        write_attribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, space, values.data(), place);
    }
};

std::string read_fixed_text(const Handle& attribute, const Handle& type, const std::string& place) {
    std::string text(H5Tget_size(type.get()), '\0');
    read_ok(H5Aread(attribute.get(), type.get(), text.data()), place);
    return text.substr(0, text.find('\0'));
}

template <class T>
std::vector<T> read_numbers(const Handle& attribute, std::int64_t memory_type, std::size_t count,
                            const std::string& place) {
    std::vector<T> values(count);
    if (count != 0) read_ok(H5Aread(attribute.get(), memory_type, values.data()), place);
    return values;
}

}  // namespace

bool Object::has_attribute(const std::string& name) const {
    return read_ok(H5Aexists(id(), name.c_str()), where()) > 0;
}

std::vector<std::string> Object::attribute_names() const {
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* data) -> herr_t {
        auto& found = *static_cast<std::vector<std::string>*>(data);
        found.emplace_back(name);
        return found.size() > children_limit ? 1 : 0;
    };
    read_ok(H5Aiterate2(id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names), where());
    return names;
}

void Object::set_attribute(const std::string& name, const Attribute& value) {
    texts_->forget();
    std::visit(Writer{id(), name, where() + " attribute '" + name + "'"}, value);
}

void Object::remove_attribute(const std::string& name) {
    texts_->forget();
    if (has_attribute(name)) write_ok(H5Adelete(id(), name.c_str()), where() + " attribute '" + name + "'");
}

Attribute Object::attribute(const std::string& name) const {
    const std::string place = where() + " attribute '" + name + "'";
    if (!has_attribute(name)) throw FormatError(place + ": is missing");
    const Handle attribute(read_ok(H5Aopen(id(), name.c_str(), H5P_DEFAULT), place));
    if (H5Aget_storage_size(attribute.get()) > attribute_limit) throw FormatError(place + ": more than 64 KB");
    const Handle type(read_ok(H5Aget_type(attribute.get()), place));
    const Handle space(read_ok(H5Aget_space(attribute.get()), place));
    const H5S_class_t shape = H5Sget_simple_extent_type(space.get());
    const int rank = H5Sget_simple_extent_ndims(space.get());
    const auto count = H5Sget_simple_extent_npoints(space.get());
    const H5T_class_t kind = H5Tget_class(type.get());
    const bool scalar = shape == H5S_SCALAR;
    const bool small = H5Tget_size(type.get()) <= sizeof(std::int64_t);

    if (scalar && kind == H5T_STRING) {
        if (H5Tis_variable_str(type.get()) == 0) return read_fixed_text(attribute, type, place);
        if (child_report::in_child()) return read_text_here(attribute, place);
        if (const std::optional<std::string> text = texts_->find(*this, name)) return *text;
        return isolated(place, {}, [&] { return read_text_here(attribute, place); });
    }
    if (scalar && kind == H5T_FLOAT && small) {
        return read_numbers<double>(attribute, H5T_NATIVE_DOUBLE, 1, place).front();
    }
    if (scalar && kind == H5T_INTEGER && small) {
        return read_numbers<std::int64_t>(attribute, H5T_NATIVE_INT64, 1, place).front();
    }
    if (shape == H5S_SIMPLE && rank == 1 && kind == H5T_INTEGER && small) {
        if (count < 0 || static_cast<std::size_t>(count) > attribute_limit) throw FormatError(place + ": too long");
        return read_numbers<std::int64_t>(attribute, H5T_NATIVE_INT64, static_cast<std::size_t>(count), place);
    }
    throw FormatError(place + ": must be text, a number or a list of integers");
}

void Object::fail_kind(const std::string& attribute) const {
    throw FormatError(where() + " attribute '" + attribute + "': is of another type than it must be");
}

}  // namespace espalier::hdf5
