#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

#include <unistd.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/hdf5/hdf5_library.hpp>
#include <espalier/base/hdf5/hdf5_texts.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier::hdf5 {

namespace fs = std::filesystem;
using library::read_ok;
using library::write_ok;

bool Handle::close() noexcept {
    const std::int64_t id = std::exchange(id_, -1);
    return id < 0 || H5Idec_ref(id) >= 0;
}

std::int64_t Object::id() const {
    library::prepare();
    return handle_.get();
}

namespace {

/// No locks: a reader must never stop the writer, and files are published whole (RunFile). No caches of array data:
/// what the system refuses to store is then reported by the call that writes it. With caches the closing of a dataset
/// fails instead, where no one can be told, and HDF5 1.10.8 crashes at the program's end when it closes it again.
Handle access(bool writing) {
    library::prepare();
    Handle plist(H5Pcreate(H5P_FILE_ACCESS));
    H5Pset_file_locking(plist.get(), false, true);
    H5Pset_cache(plist.get(), 0, 0, 0, 0.0);
    H5Pset_sieve_buf_size(plist.get(), 0);
    // What is written has the format of HDF5 1.8: a group or small array is a header of its own size, with a checksum.
    if (writing) H5Pset_libver_bounds(plist.get(), H5F_LIBVER_V18, H5F_LIBVER_V18);
    return plist;
}

/// An index of chunks has room for 8 at first instead of 64: most arrays have one chunk. Groups of this format keep the
/// second they were made in unless told not to, the root too; equal runs write equal files.
Handle creation() {
    Handle plist(H5Pcreate(H5P_FILE_CREATE));
    H5Pset_istore_k(plist.get(), 4);
    H5Pset_obj_track_times(plist.get(), false);
    return plist;
}

/// Of a file that HDF5 does not open, from its first bytes.
std::string why_not_hdf5(const fs::path& path) {
    std::array<char, 8> bytes{};
    std::ifstream(path, std::ios::binary).read(bytes.data(), bytes.size());
    const std::string_view begin(bytes.data(), bytes.size());
    if (begin.starts_with("PK\3\4")) return "a zip archive, as torch.save and numpy.savez write them, not an HDF5 file";
    if (begin.starts_with("\x93NUMPY")) return "an array of numpy.save, not an HDF5 file";
    if (begin == "\x89HDF\r\n\x1a\n") return "an HDF5 file that was cut short or damaged";
    return "cut short or not an HDF5 file";
}

Handle open_file(const fs::path& path, bool writing) {
    require_regular_file(path, "cannot open");
    if (::access(path.c_str(), R_OK) != 0) throw_errno("cannot open", path.string());
    const Handle plist = access(writing);
    // Not before access(): the macro starts the library, and its exit handler with it.
    const unsigned flags = writing ? H5F_ACC_RDWR : H5F_ACC_RDONLY;
    // What h5py holds open by the usual driver would be opened with its properties or not at all: this driver, which
    // logs nothing here, is another one. (stdio is no choice: a child and its parent would move one position.)
    if (!writing && library::is_shared()) H5Pset_fapl_log(plist.get(), nullptr, 0, 0);
    Handle file(H5Fopen(path.c_str(), flags, plist.get()));
    if (file.get() < 0 && !library::system_reason().empty()) library::fail_reading(path.string());
    if (file.get() < 0) throw FormatError(path.string() + ": " + why_not_hdf5(path));
    return file;
}

void require_single_name(const std::string& where, const std::string& name) {
    if (name.empty() || name == "." || name.find('/') != std::string::npos || name.find('\0') != std::string::npos) {
        throw FormatError(where + ": '" + name + "' cannot be a name here: it must be neither empty nor contain '/'");
    }
}

}  // namespace

File File::create(const fs::path& path) {
    const Handle how = access(true);
    const Handle layout = creation();
    return {Handle(write_ok(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, layout.get(), how.get()), path.string())),
            path.string()};
}

File File::open(const fs::path& path) {
    return {open_file(path, false), path.string()};
}

File File::open_for_writing(const fs::path& path) {
    return {open_file(path, true), path.string()};
}

File::File(Handle handle, std::string path)
    : handle_(std::move(handle)), path_(std::move(path)), texts_(std::make_shared<IsolatedTexts>(path_ + ":")) {}

Group File::root() const {
    library::prepare();
    return {Handle(read_ok(H5Gopen2(handle_.get(), "/", H5P_DEFAULT), path_)), path_ + ":", texts_};
}

std::uint64_t File::size() const {
    hsize_t size = 0;
    read_ok(H5Fget_filesize(handle_.get(), &size), path_);
    return size;
}

void File::flush() {
    library::prepare();
    write_ok(H5Fflush(handle_.get(), H5F_SCOPE_LOCAL), path_);
}

void File::close() {
    library::prepare();
    if (!handle_.close()) library::fail_writing(path_);
}

std::vector<std::string> Group::children() const {
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* data) -> herr_t {
        auto& found = *static_cast<std::vector<std::string>*>(data);
        found.emplace_back(name);
        return found.size() > children_limit ? 1 : 0;
    };
    read_ok(H5Literate(id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names), where());
    if (names.size() > children_limit) {
        throw FormatError(where() + ": holds more than " + std::to_string(children_limit) + " objects");
    }
    std::stable_sort(names.begin(), names.end(), natural_less);
    return names;
}

bool Group::exists(const std::string& name) const {
    require_single_name(where(), name);
    return read_ok(H5Lexists(id(), name.c_str(), H5P_DEFAULT), child_where(name)) > 0;
}

void Group::unlink(const std::string& name) {
    require_single_name(where(), name);
    write_ok(H5Ldelete(id(), name.c_str(), H5P_DEFAULT), child_where(name));
}

std::int64_t Group::open_child(const std::string& name) const {
    require_single_name(where(), name);
    const std::string place = child_where(name);
    H5L_info_t link{};
    if (H5Lget_info(id(), name.c_str(), &link, H5P_DEFAULT) < 0) {
        if (!exists(name)) throw FormatError(place + ": is missing");
        library::fail_reading(place);
    }
    if (link.type != H5L_TYPE_HARD) {
        const std::string kind = link.type == H5L_TYPE_EXTERNAL ? "an external link" : "a soft link";
        throw FormatError(place + ": is " + kind + "; links are not followed, copy the data into the file");
    }
    return read_ok(H5Oopen(id(), name.c_str(), H5P_DEFAULT), place);
}

Group Group::group(const std::string& name) const {
    Handle object(open_child(name));
    if (H5Iget_type(object.get()) != H5I_GROUP) throw FormatError(child_where(name) + ": is no group");
    return {std::move(object), child_where(name), texts()};
}

Group Group::create_group(const std::string& name) {
    require_single_name(where(), name);
    const std::string place = child_where(name);
    const Handle plist(H5Pcreate(H5P_GROUP_CREATE));
    H5Pset_obj_track_times(plist.get(), false);
    const hid_t created = H5Gcreate2(id(), name.c_str(), H5P_DEFAULT, plist.get(), H5P_DEFAULT);
    return {Handle(write_ok(created, place)), place, texts()};
}

Group Group::group_or_create(const std::string& name) {
    return exists(name) ? group(name) : create_group(name);
}

}  // namespace espalier::hdf5
