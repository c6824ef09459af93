#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// HDF5 as this project uses it: groups, one-dimensional arrays, small attributes.
///
/// Files are written so that every h5py reads them (the format of HDF5 1.8, no locks). Reading trusts nothing: only
/// hard links, only the types below, only deflate/shuffle/fletcher32, and sizes are compared with what is stored before
/// memory is asked for. What we harden is our use of the library; errors inside the library are its own.
///
/// Errors: FormatError for a file that is not what it should be, IoError where the system refused; the message begins
/// with "<file>:<object>". Not for use by several threads at a time on one file.
namespace espalier::hdf5 {

/// What an array holds; on disk little-endian. `text` is UTF-8 padded with zeros to `text_width` bytes.
enum class Type : std::uint8_t { u8, i32, i64, u32, u64, f32, f64, text };

inline constexpr std::size_t text_width = 64;              ///< longest string in an array, in bytes
inline constexpr std::size_t attribute_limit = 1UL << 16;  ///< bytes
inline constexpr std::size_t chunk_limit = 64UL << 20;     ///< bytes, when reading
inline constexpr std::size_t array_limit = 16UL << 30;     ///< bytes in one array, when reading
inline constexpr std::size_t children_limit = 1'000'000;   ///< objects in one group, when reading

/// A number that arrays may hold.
template <class T>
concept Element = std::same_as<T, std::uint8_t> || std::same_as<T, std::int32_t> || std::same_as<T, std::int64_t> ||
    std::same_as<T, std::uint32_t> || std::same_as<T, std::uint64_t> || std::same_as<T, float> ||
    std::same_as<T, double>;

/// What arrays of this number hold.
template <Element T>
constexpr Type type_of() {
    if constexpr (std::same_as<T, std::uint8_t>) return Type::u8;
    if constexpr (std::same_as<T, std::int32_t>) return Type::i32;
    if constexpr (std::same_as<T, std::int64_t>) return Type::i64;
    if constexpr (std::same_as<T, std::uint32_t>) return Type::u32;
    if constexpr (std::same_as<T, std::uint64_t>) return Type::u64;
    if constexpr (std::same_as<T, float>) return Type::f32;
    if constexpr (std::same_as<T, double>) return Type::f64;
}

/// A view of numbers of any element type: vectors, arrays and spans turn into it.
struct Values {
    Type type;
    const void* data;
    std::size_t count;
    std::size_t bytes;

    /// Of a contiguous range, which must outlive the view.
    template <std::ranges::contiguous_range Range>
    requires Element<std::ranges::range_value_t<Range>> Values(
        const Range& range)  // NOLINT(google-explicit-constructor): a view, like std::span
        : type(type_of<std::ranges::range_value_t<Range>>()),
          data(std::ranges::data(range)),
          count(std::ranges::size(range)),
          bytes(count * sizeof(std::ranges::range_value_t<Range>)) {}
    /// @param of        what the elements are, of which there are `elements`, from `begin` on
    /// @param size      bytes of all
    Values(Type of, const void* begin, std::size_t elements, std::size_t size)
        : type(of), data(begin), count(elements), bytes(size) {}
};

/// What an attribute of ours may hold.
using Attribute = std::variant<std::string, std::int64_t, double, std::vector<std::int64_t>>;

/// An identifier of the HDF5 library that is closed at the end of its scope.
class Handle {
  public:
    Handle() = default;
    /// Takes an identifier over; below 0 there is none to close.
    explicit Handle(std::int64_t id) : id_(id) {}
    /// The other one holds none afterwards.
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
    /// Exchanges the two: the other one closes what was here.
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        return *this;
    }
    ~Handle() { close(); }

    /// False where the library reports an error, such as data it could not write.
    bool close() noexcept;
    /// The identifier; below 0: none.
    std::int64_t get() const { return id_; }

  private:
    std::int64_t id_ = -1;
};

class IsolatedTexts;

/// What groups and datasets share: a place and attributes.
class Object {
  public:
    /// "<file>:/group/name", as messages begin.
    const std::string& where() const { return where_; }

    /// Whether there is an attribute of this name, of whatever type.
    bool has_attribute(const std::string& name) const;
    /// Ascending.
    std::vector<std::string> attribute_names() const;
    /// Replaces an attribute of that name. Text is stored so that h5py reads a str.
    void set_attribute(const std::string& name, const Attribute& value);
    /// Does nothing where there is none of this name.
    void remove_attribute(const std::string& name);
    /// @throws FormatError where it is missing, above attribute_limit or of a type that is not ours
    Attribute attribute(const std::string& name) const;
    /// @throws FormatError also where it holds another kind
    template <class T>
    T attribute_as(const std::string& name) const {
        Attribute value = attribute(name);
        if (T* wanted = std::get_if<T>(&value)) return std::move(*wanted);
        fail_kind(name);
    }

  protected:
    /// @param where  how messages begin
    /// @param texts  reads texts of variable length in a child process, for all objects of a file
    Object(Handle handle, std::string where, std::shared_ptr<IsolatedTexts> texts)
        : handle_(std::move(handle)), where_(std::move(where)), texts_(std::move(texts)) {}
    /// The identifier for a call into the library, whose own messages are silenced on this thread.
    std::int64_t id() const;
    /// The open file's.
    const std::shared_ptr<IsolatedTexts>& texts() const { return texts_; }

  private:
    friend class IsolatedTexts;
    [[noreturn]] void fail_kind(const std::string& attribute) const;

    Handle handle_;
    std::string where_;
    std::shared_ptr<IsolatedTexts> texts_;
};

/// A one-dimensional array. Opening one has checked type, layout, filters and that its extent is really stored.
class Dataset : public Object {
  public:
    /// What its elements are.
    Type type() const { return type_; }
    /// Number of elements.
    std::size_t size() const { return size_; }

    /// @throws FormatError where the elements are not of type T
    template <Element T>
    std::vector<T> read() const {
        require_type(type_of<T>());
        std::vector<T> values(size_);
        read_raw(values.data());
        return values;
    }
    /// @throws FormatError also where the sizes differ
    template <Element T>
    void read_into(std::span<T> values) const {
        require_type(type_of<T>());
        require_size(values.size());
        read_raw(values.data());
    }
    /// Strings, without the zeros behind them.
    /// @throws FormatError where it holds numbers
    std::vector<std::string> read_text() const;
    /// Reads and forgets: throws where the data are damaged.
    void verify() const;

    /// Only for columns (Group::create_column).
    void append(const Values& values);
    /// The same of strings.
    /// @throws FormatError where one is longer than text_width bytes
    void append_text(std::span<const std::string> values);
    /// Keeps the first `size` elements of a column.
    void truncate(std::size_t size);

    /// @throws FormatError naming this array and both types where its elements are others
    void require_type(Type type) const;
    /// @throws FormatError naming this array and both sizes where it has more or fewer elements
    void require_size(std::size_t size) const;

  private:
    friend class Group;
    Dataset(Handle handle, std::string where, std::shared_ptr<IsolatedTexts> texts, Type type, std::size_t size)
        : Object(std::move(handle), std::move(where), std::move(texts)), type_(type), size_(size) {}
    void read_raw(void* values) const;
    void append_raw(Type type, const void* values, std::size_t count);

    Type type_;
    std::size_t size_;
};

/// Arrays of up to 4 KB stand in their object's header either way, which has a checksum.
enum class Storage : std::uint8_t {
    plain,       ///< as it is
    compressed,  ///< shuffle and gzip, whose checksum finds flipped bits
};

/// Names are single names, never paths.
class Group : public Object {
  public:
    /// Direct children in natural order of their names ("2" before "10").
    /// @throws FormatError where there are more than children_limit
    std::vector<std::string> children() const;
    /// Whether there is a child of this name, a link that leads nowhere included.
    bool exists(const std::string& name) const;
    /// Removes the link; the file does not become smaller.
    void unlink(const std::string& name);

    /// @throws FormatError where it is missing, no group, or reached by a soft or external link
    Group group(const std::string& name) const;
    /// @throws IoError where there is one already, or writing fails
    Group create_group(const std::string& name);
    /// As group() where there is a child of this name, else create_group().
    Group group_or_create(const std::string& name);

    /// @throws FormatError where it is missing, no one-dimensional array of our types, or stored in a way that reading
    /// refuses
    Dataset dataset(const std::string& name) const;
    /// A new array of these values.
    /// @throws IoError where there is a child of this name, or writing fails
    Dataset write(const std::string& name, const Values& values, Storage storage = Storage::compressed);
    /// An empty array that can grow and shrink; compressed, in chunks of 1024 elements.
    Dataset create_column(const std::string& name, Type type);

  private:
    friend class File;
    friend class IsolatedTexts;
    using Object::Object;
    std::string child_where(const std::string& name) const { return where() + "/" + name; }
    std::int64_t open_child(const std::string& name) const;
};

/// An open file. Groups and datasets keep it open as long as they live.
class File {
  public:
    /// A new file; one that exists is emptied.
    static File create(const std::filesystem::path& path);
    /// Read-only.
    /// @throws IoError where there is no such file; FormatError "... cut short or not an HDF5 file"
    static File open(const std::filesystem::path& path);
    /// As open(), to change it; one process at a time.
    static File open_for_writing(const std::filesystem::path& path);

    /// The outermost group.
    Group root() const;
    /// Bytes that it will take once all is flushed.
    std::uint64_t size() const;
    /// Everything written so far goes to the system.
    void flush();
    /// Reports what a destructor would have to swallow.
    void close();

  private:
    File(Handle handle, std::string path);

    Handle handle_;
    std::string path_;
    std::shared_ptr<IsolatedTexts> texts_;
};

/// "1.10.8". Whoever asks HDF5 itself before any of the above starts the library with its exit handler, which crashes
/// after a full disk; so ask here.
std::string library_version();

/// Starts the library with its clean-up at exit, for a process in which others use it, too (h5py, in Python): they
/// count on it. Comes before all of the above.
void share_library();

}  // namespace espalier::hdf5
