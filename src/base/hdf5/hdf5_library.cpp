#include <array>
#include <atomic>
#include <functional>
#include <vector>

#include <espalier/base/files/forking.hpp>
#include <espalier/base/hdf5/hdf5_library.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier::hdf5::library {
namespace {

/// The library's reports about the failed call, the most specific first.
std::vector<std::string> error_stack() {
    std::vector<std::string> reports;
    const auto collect = [](unsigned, const H5E_error2_t* error, void* data) -> herr_t {
        if (error->desc != nullptr) static_cast<std::vector<std::string>*>(data)->emplace_back(error->desc);
        return 0;
    };
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect, &reports);
    return reports;
}

std::string library_reason() {
    const std::vector<std::string> reports = error_stack();
    return reports.empty() ? "unknown reason" : reports.front().substr(0, reports.front().find('\n'));
}

/// A fork that is to be made, once.
struct PendingFork {
    const std::function<void()>& fork;
    bool is_made = false;

    void make() {
        is_made = true;
        fork();
    }
};

/// The library has its lock while it calls back, and so has this thread. Walking an error stack of our own needs no
/// file.
void fork_with_lock(const std::function<void()>& fork) {
    PendingFork pending{fork};
    const auto called = [](unsigned, const H5E_error2_t*, void* data) -> herr_t {
        static_cast<PendingFork*>(data)->make();
        return 0;
    };
    const hid_t stack = H5Ecreate_stack();
    H5Epush2(stack, "hdf5_library.cpp", __func__, __LINE__, H5E_ERR_CLS, H5E_NONE_MAJOR, H5E_NONE_MINOR, "fork");
    H5Ewalk2(stack, H5E_WALK_UPWARD, called, &pending);
    H5Eclose_stack(stack);
    if (!pending.is_made) pending.make();
}

}  // namespace

std::string system_reason() {
    const std::string mark = "error message = '";  // as the file driver reports errno
    for (const std::string& report : error_stack()) {
        const std::size_t begin = report.find(mark);
        if (begin == std::string::npos) continue;
        const std::size_t end = report.find('\'', begin + mark.size());
        return report.substr(begin + mark.size(), end - begin - mark.size());
    }
    return {};
}

void prepare() {
    static const bool held = (hold_while_forking(fork_with_lock), true);
    static_cast<void>(held);
    static const bool ignored = H5dont_atexit() >= 0;
    thread_local const bool silent = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
    static const bool closed_to_plugins = H5PLset_loading_state(0) >= 0;
    static_cast<void>(ignored);
    if (!silent || !closed_to_plugins) throw IoError("the HDF5 library cannot be started");
}

void fail_reading(const std::string& where) {
    const std::string reason = system_reason();
    if (!reason.empty()) throw IoError("cannot read " + where + ": " + reason);
    throw FormatError(where + ": damaged (" + library_reason() + ")");
}

void fail_writing(const std::string& where) {
    const std::string reason = system_reason();
    throw IoError("cannot write " + where + ": " + (reason.empty() ? library_reason() : reason));
}

namespace {

hid_t make_text_type() {
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, text_width);
    H5Tset_strpad(text, H5T_STR_NULLPAD);
    H5Tset_cset(text, H5T_CSET_UTF8);
    return text;
}

/// Made once and never closed: they are asked for with every array.
hid_t text_type() {
    static const hid_t type = make_text_type();
    return type;
}

}  // namespace

std::int64_t disk_type(Type type) {
    if (type == Type::text) return text_type();
    static const std::array types = {H5T_STD_U8LE,  H5T_STD_I32LE,  H5T_STD_I64LE, H5T_STD_U32LE,
                                     H5T_STD_U64LE, H5T_IEEE_F32LE, H5T_IEEE_F64LE};
    return types.at(static_cast<std::size_t>(type));
}

std::int64_t memory_type(Type type) {
    if (type == Type::text) return text_type();
    static const std::array types = {H5T_NATIVE_UINT8,  H5T_NATIVE_INT32, H5T_NATIVE_INT64, H5T_NATIVE_UINT32,
                                     H5T_NATIVE_UINT64, H5T_NATIVE_FLOAT, H5T_NATIVE_DOUBLE};
    return types.at(static_cast<std::size_t>(type));
}

std::size_t element_bytes(Type type) {
    constexpr std::array<std::size_t, 8> bytes = {1, 4, 8, 4, 8, 4, 8, text_width};
    return bytes.at(static_cast<std::size_t>(type));
}

std::string type_name(Type type) {
    constexpr std::array names = {"uint8", "int32", "int64", "uint32", "uint64", "float32", "float64", "text"};
    return names.at(static_cast<std::size_t>(type));
}

}  // namespace espalier::hdf5::library

namespace espalier::hdf5 {

std::string library_version() {
    library::prepare();
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    H5get_libversion(&major, &minor, &release);
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

namespace {
std::atomic<bool> shared_with_others = false;
}

bool library::is_shared() {
    return shared_with_others;
}

void share_library() {
    if (H5open() < 0) throw IoError("the HDF5 library cannot be started");
    shared_with_others = true;
    library::prepare();
}

}  // namespace espalier::hdf5
