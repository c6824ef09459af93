#pragma once

#include <string>

#include <hdf5.h>

#include <espalier/base/hdf5/hdf5.hpp>

/// For the sources of base/hdf5 alone: the only ones that see the C library.
namespace espalier::hdf5::library {

/// Silences the library's own error printing, which is a setting of each thread, and forbids it to load filter plugins.
///
/// It also keeps the library from cleaning up at the program's end: handles close themselves, and after a full disk
/// HDF5 1.10.8 crashes there (measured: 106 of 106 runs). Where something else has started the library before, as h5py
/// has in a Python program, its clean-up stays: a Python module calls H5open() when it is imported.
void prepare();

/// Whether share_library() was called: others in this process use the library, too.
bool is_shared();

/// What the system said when the last call failed ("No space left on device"); empty where it did not refuse.
std::string system_reason();

/// Throws what the library's error stack says: IoError with the system's reason where there is one, else FormatError.
[[noreturn]] void fail_reading(const std::string& where);
/// Throws IoError with the system's reason.
[[noreturn]] void fail_writing(const std::string& where);

/// A status or identifier, where it is not negative.
template <class Status>
Status read_ok(Status status, const std::string& where) {
    if (status < 0) fail_reading(where);
    return status;
}
/// The same of a call that writes.
template <class Status>
Status write_ok(Status status, const std::string& where) {
    if (status < 0) fail_writing(where);
    return status;
}

/// The type on disk, little-endian; not to be closed.
std::int64_t disk_type(Type type);
/// The type in memory; not to be closed.
std::int64_t memory_type(Type type);
/// Bytes of one element; text_width of texts.
std::size_t element_bytes(Type type);
/// What messages call it: "f32", "text".
std::string type_name(Type type);

}  // namespace espalier::hdf5::library
