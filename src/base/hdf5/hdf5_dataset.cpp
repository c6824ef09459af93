#include <algorithm>
#include <array>
#include <optional>

#include <espalier/base/hdf5/hdf5_library.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier::hdf5 {

using library::disk_type;
using library::element_bytes;
using library::memory_type;
using library::read_ok;
using library::type_name;
using library::write_ok;

namespace {

constexpr hsize_t column_chunk = 1024;  // elements
constexpr hsize_t array_chunk_bytes = 1UL << 20;
constexpr std::size_t compact_bytes = 4096;              // up to here a chunk's index is more than what gzip saves
constexpr unsigned gzip_level = 1;                       // weights hardly shrink further at higher levels
constexpr std::size_t largest_deflate_ratio = 1032 + 8;  // zlib's, and what rounding to chunks may add

Type read_type(std::int64_t dataset, const std::string& where) {
    const Handle type(read_ok(H5Dget_type(dataset), where));
    for (const Type known : {Type::u8, Type::i32, Type::i64, Type::u32, Type::u64, Type::f32, Type::f64, Type::text}) {
        if (H5Tequal(type.get(), disk_type(known)) > 0) return known;
    }
    throw FormatError(where +
                      ": elements of a type this program does not write (it reads little-endian uint8, int32, "
                      "int64, uint32, uint64, float32, float64)");
}

hsize_t read_extent(std::int64_t dataset, const std::string& where) {
    const Handle space(read_ok(H5Dget_space(dataset), where));
    const int rank = H5Sget_simple_extent_ndims(space.get());
    if (rank != 1) throw FormatError(where + ": has " + std::to_string(rank) + " dimensions instead of 1");
    hsize_t extent = 0;
    read_ok(H5Sget_simple_extent_dims(space.get(), &extent, nullptr), where);
    return extent;
}

void require_known_filters(std::int64_t plist, const std::string& where) {
    const int filters = read_ok(H5Pget_nfilters(plist), where);
    for (int k = 0; k < filters; ++k) {
        unsigned flags = 0;
        std::size_t parameters = 0;
        const H5Z_filter_t filter =
            H5Pget_filter2(plist, static_cast<unsigned>(k), &flags, &parameters, nullptr, 0, nullptr, nullptr);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32) {
            throw FormatError(where + ": filter " + std::to_string(filter) +
                              " is not read; write it with gzip, shuffle or without compression");
        }
    }
}

void require_small_chunks(std::int64_t plist, Type type, const std::string& where) {
    hsize_t chunk = 0;
    if (H5Pget_chunk(plist, 1, &chunk) != 1) throw FormatError(where + ": chunks are not one-dimensional");
    if (chunk > chunk_limit / element_bytes(type)) {
        throw FormatError(where + ": chunks of " + std::to_string(chunk) + " elements, more than 64 MB");
    }
}

/// Whether the layout is one we read; true where the data pass through filters.
bool require_known_layout(std::int64_t dataset, Type type, const std::string& where) {
    const Handle plist(read_ok(H5Dget_create_plist(dataset), where));
    const H5D_layout_t layout = H5Pget_layout(plist.get());
    if (layout == H5D_VIRTUAL) throw FormatError(where + ": is a virtual dataset; copy the data into the file");
    if (H5Pget_external_count(plist.get()) != 0) {
        throw FormatError(where + ": keeps its data in another file; copy them into this one");
    }
    if (layout == H5D_CHUNKED) require_small_chunks(plist.get(), type, where);
    require_known_filters(plist.get(), where);
    return H5Pget_nfilters(plist.get()) > 0;
}

/// An extent is a claim of a few bytes; what is stored is not.
void require_stored(std::int64_t dataset, hsize_t extent, Type type, bool filtered, const std::string& where) {
    const std::size_t bytes = element_bytes(type);
    const hsize_t stored = H5Dget_storage_size(dataset);
    const Handle file(read_ok(H5Iget_file_id(dataset), where));
    hsize_t file_bytes = 0;
    read_ok(H5Fget_filesize(file.get(), &file_bytes), where);
    const hsize_t possible = stored * (filtered ? largest_deflate_ratio : 1);
    if (extent > array_limit / bytes || stored > file_bytes || extent * bytes > possible) {
        throw FormatError(where + ": claims " + std::to_string(extent) + " elements, but " + std::to_string(stored) +
                          " bytes are stored");
    }
}

Handle plain_creation() {
    Handle plist(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_obj_track_times(plist.get(), false);  // equal runs write equal files
    return plist;
}

/// How an array is stored; an empty one cannot have chunks. A small one stands in the header of its object, which has a
/// checksum, with no room kept for attributes.
Handle creation(const Values& values, Storage storage) {
    Handle plist = plain_creation();
    if (storage == Storage::compressed) H5Pset_dset_no_attrs_hint(plist.get(), true);
    if (values.count != 0 && values.bytes <= compact_bytes) H5Pset_layout(plist.get(), H5D_COMPACT);
    if (storage == Storage::plain || values.bytes <= compact_bytes) return plist;
    const hsize_t chunk = std::min<hsize_t>(values.count, array_chunk_bytes / element_bytes(values.type));
    H5Pset_chunk(plist.get(), 1, &chunk);
    H5Pset_shuffle(plist.get());
    H5Pset_deflate(plist.get(), gzip_level);
    return plist;
}

Handle column_creation() {
    Handle plist = plain_creation();
    H5Pset_chunk(plist.get(), 1, &column_chunk);
    H5Pset_shuffle(plist.get());
    H5Pset_deflate(plist.get(), gzip_level);
    return plist;
}

}  // namespace

Dataset Group::dataset(const std::string& name) const {
    const std::string place = child_where(name);
    Handle object(open_child(name));
    if (H5Iget_type(object.get()) != H5I_DATASET) throw FormatError(place + ": is no dataset");
    const hsize_t extent = read_extent(object.get(), place);
    const Type type = read_type(object.get(), place);
    const bool filtered = require_known_layout(object.get(), type, place);
    require_stored(object.get(), extent, type, filtered, place);
    return {std::move(object), place, texts(), type, extent};
}

Dataset Group::write(const std::string& name, const Values& values, Storage storage) {
    const std::string place = child_where(name);
    if (exists(name)) throw FormatError(place + ": is written twice");
    const hsize_t extent = values.count;
    const Handle space(H5Screate_simple(1, &extent, nullptr));
    const Handle plist = creation(values, storage);
    Handle created(write_ok(
        H5Dcreate2(id(), name.c_str(), disk_type(values.type), space.get(), H5P_DEFAULT, plist.get(), H5P_DEFAULT),
        place));
    Dataset written(std::move(created), place, texts(), values.type, values.count);
    if (values.count == 0) return written;
    write_ok(H5Dwrite(written.id(), memory_type(values.type), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data), place);
    return written;
}

Dataset Group::create_column(const std::string& name, Type type) {
    const std::string place = child_where(name);
    if (exists(name)) throw FormatError(place + ": is written twice");
    const hsize_t extent = 0;
    const hsize_t unlimited = H5S_UNLIMITED;
    const Handle space(H5Screate_simple(1, &extent, &unlimited));
    const Handle plist = column_creation();
    const hid_t created =
        H5Dcreate2(id(), name.c_str(), disk_type(type), space.get(), H5P_DEFAULT, plist.get(), H5P_DEFAULT);
    return {Handle(write_ok(created, place)), place, texts(), type, 0};
}

void Dataset::require_type(Type type) const {
    if (type == type_) return;
    throw FormatError(where() + ": holds " + type_name(type_) + " instead of " + type_name(type));
}

void Dataset::require_size(std::size_t size) const {
    if (size == size_) return;
    throw FormatError(where() + ": has " + std::to_string(size_) + " elements instead of " + std::to_string(size));
}

void Dataset::read_raw(void* values) const {
    if (size_ == 0) return;
    read_ok(H5Dread(id(), memory_type(type_), H5S_ALL, H5S_ALL, H5P_DEFAULT, values), where());
}

void Dataset::verify() const {
    std::vector<std::byte> forgotten(size_ * element_bytes(type_));
    read_raw(forgotten.data());
}

std::vector<std::string> Dataset::read_text() const {
    require_type(Type::text);
    std::vector<char> padded(size_ * text_width);
    read_raw(padded.data());
    std::vector<std::string> texts;
    for (std::size_t k = 0; k < size_; ++k) {
        const char* begin = padded.data() + k * text_width;
        texts.emplace_back(begin, std::find(begin, begin + text_width, '\0'));
    }
    return texts;
}

void Dataset::append_raw(Type type, const void* values, std::size_t count) {
    require_type(type);
    if (count == 0) return;
    const hsize_t begin = size_;
    const hsize_t block = count;
    const hsize_t extent = begin + block;
    write_ok(H5Dset_extent(id(), &extent), where());
    const Handle on_disk(write_ok(H5Dget_space(id()), where()));
    const Handle in_memory(H5Screate_simple(1, &block, nullptr));
    write_ok(H5Sselect_hyperslab(on_disk.get(), H5S_SELECT_SET, &begin, nullptr, &block, nullptr), where());
    write_ok(H5Dwrite(id(), memory_type(type), in_memory.get(), on_disk.get(), H5P_DEFAULT, values), where());
    size_ = extent;
}

void Dataset::append(const Values& values) {
    append_raw(values.type, values.data, values.count);
}

void Dataset::append_text(std::span<const std::string> values) {
    std::vector<char> padded(values.size() * text_width, '\0');
    for (std::size_t k = 0; k < values.size(); ++k) {
        if (values[k].size() > text_width) {
            throw FormatError(where() + ": '" + values[k] + "' is longer than " + std::to_string(text_width) +
                              " bytes");
        }
        std::copy(values[k].begin(), values[k].end(), padded.begin() + static_cast<std::ptrdiff_t>(k * text_width));
    }
    append_raw(Type::text, padded.data(), values.size());
}

void Dataset::truncate(std::size_t size) {
    const hsize_t extent = size;
    write_ok(H5Dset_extent(id(), &extent), where());
    size_ = size;
}

}  // namespace espalier::hdf5
