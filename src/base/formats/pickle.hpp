#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace espalier {

/// What an object of a pickle is.
enum class PickleKind { none, boolean, integer, real, text, bytes, list, tuple, set, dict, global, call, persistent };

/// One object of a pickle, as data: nothing is imported, called or built.
struct PickleValue {
    PickleKind kind = PickleKind::none;
    std::int64_t integer = 0;  ///< of booleans, too
    double real = 0.0;
    std::string text;  ///< of texts and bytes; of globals and calls "module.name"
    /// Of lists, tuples and sets; of dicts key, value, key, value in the order of insertion; of calls the arguments; of
    /// persistent ids the one id.
    std::vector<const PickleValue*> items;
    const PickleValue* state = nullptr;  ///< of calls: what BUILD would have given the object that was made

    /// Whether it is of this kind.
    bool is(PickleKind other) const { return kind == other; }
    /// Whether it holds other objects: a list, tuple, set or dict.
    bool is_container() const {
        return kind == PickleKind::list || kind == PickleKind::tuple || kind == PickleKind::set ||
               kind == PickleKind::dict;
    }
    /// A dict's value at a key that is this text, or these bytes; null where there is none. The last one counts, as in
    /// Python.
    const PickleValue* at(std::string_view key) const;
};

/// Asked about every global; throws where it may not stand in the pickle.
/// @param name          "torch._utils._rebuild_tensor_v2"
/// @param is_outermost  nothing is being built around it: it is what the file holds
using PickleGlobals = std::function<void(const std::string& name, bool is_outermost)>;

/// Python's pickle format, protocols 2 to 5, read without executing anything: an interpreter of the opcodes for plain
/// data (None, bools, numbers, texts, bytes, lists, tuples, sets, dicts), and of globals that the caller allows, whose
/// application to arguments is noted as a `call`, never made. `collections.OrderedDict`, `collections.defaultdict`,
/// `dict` and `set` become the containers they are. States (BUILD) are kept with calls, and dropped else. Strings of
/// Python 2 are texts where they are UTF-8, else bytes: it had one type for both.
///
/// Nothing in it is trusted: lengths are checked against what is left before anything is allocated; at most 2 000 000
/// objects, as many places of the memo and 16 000 000 items; texts are UTF-8. Values may contain each other more than
/// once, and themselves: who walks them bounds depth and number. Source: CPython, Lib/pickletools.py, which documents
/// every opcode.
class Pickle {
  public:
    /// @param where  what errors call it: "model.pt: data.pkl"
    /// @throws FormatError naming place and opcode; what `globals` throws
    Pickle(std::span<const std::byte> bytes, const PickleGlobals& globals, const std::string& where);
    /// Values stay where they are.
    Pickle(Pickle&&) = default;

    /// The outermost object; lives as long as this.
    const PickleValue& value() const { return *value_; }

  private:
    std::deque<PickleValue> values_;  ///< all that were made: they may form circles, so nobody owns another
    const PickleValue* value_ = nullptr;
};

}  // namespace espalier
