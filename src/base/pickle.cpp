#include <algorithm>
#include <array>

#include <espalier/base/pickle.hpp>
#include <espalier/base/pickle_reader.hpp>

namespace espalier {
namespace {

constexpr std::size_t most_values = 2'000'000;
constexpr std::size_t most_items = 16'000'000;

/// Opcodes by their names in Lib/pickletools.py.
enum class Op : unsigned char {
    mark = '(',
    stop = '.',
    pop = '0',
    pop_mark = '1',
    dup = '2',
    bin_float = 'G',
    bin_int = 'J',
    bin_int1 = 'K',
    bin_int2 = 'M',
    none = 'N',
    bin_pers_id = 'Q',
    reduce = 'R',
    bin_string = 'T',
    short_bin_string = 'U',
    bin_unicode = 'X',
    append = 'a',
    build = 'b',
    global = 'c',
    dict = 'd',
    empty_dict = '}',
    appends = 'e',
    bin_get = 'h',
    long_bin_get = 'j',
    list = 'l',
    empty_list = ']',
    bin_put = 'q',
    long_bin_put = 'r',
    set_item = 's',
    tuple = 't',
    empty_tuple = ')',
    set_items = 'u',
    proto = 0x80,
    new_object = 0x81,
    tuple1 = 0x85,
    tuple2 = 0x86,
    tuple3 = 0x87,
    new_true = 0x88,
    new_false = 0x89,
    long1 = 0x8a,
    long4 = 0x8b,
    bin_bytes = 'B',
    short_bin_bytes = 'C',
    short_bin_unicode = 0x8c,
    bin_unicode8 = 0x8d,
    bin_bytes8 = 0x8e,
    empty_set = 0x8f,
    add_items = 0x90,
    frozen_set = 0x91,
    stack_global = 0x93,
    memoize = 0x94,
    frame = 0x95,
    byte_array8 = 0x96,
};

class Interpreter {
  public:
    Interpreter(PickleReader& reader, const PickleGlobals& globals, std::deque<PickleValue>& values)
        : reader_(reader), globals_(globals), values_(values) {}

    const PickleValue& run() {
        if (static_cast<Op>(reader_.opcode()) != Op::proto) fail("it does not begin with its protocol");
        const std::uint64_t protocol = reader_.number(1);
        if (protocol < 2 || protocol > 5) fail("protocol " + std::to_string(protocol) + "; 2 to 5 are read");
        while (true) {
            const unsigned char code = reader_.opcode();
            const auto op = static_cast<Op>(code);
            if (op == Op::stop) break;
            const bool is_known = read_scalar(op) || read_text(op) || change_stack(op) || begin_container(op) ||
                                  fill_container(op) || use_memo(op) || read_global(op);
            if (!is_known) fail("opcode " + std::to_string(code) + " is not read: it is not needed for plain data");
        }
        PickleValue& value = pop();
        if (!stack_.empty() || !marks_.empty()) fail("objects are left over at its end");
        return value;
    }

  private:
    [[noreturn]] void fail(const std::string& what) const { reader_.fail(what); }

    PickleValue& push(PickleValue value) {
        if (values_.size() == most_values) fail("more than " + std::to_string(most_values) + " objects");
        count_items(value.items.size());
        values_.push_back(std::move(value));
        stack_.push_back(&values_.back());
        return values_.back();
    }
    /// Short calls can copy long lists again and again.
    void count_items(std::size_t added) {
        if (added > most_items - items_) fail("more than " + std::to_string(most_items) + " items in its objects");
        items_ += added;
    }
    void push_integer(PickleKind kind, std::int64_t value) { push({.kind = kind, .integer = value}); }
    void push_text(PickleKind kind, std::string_view text) { push({.kind = kind, .text = std::string(text)}); }
    void push_items(PickleKind kind, std::vector<const PickleValue*> items) {
        push({.kind = kind, .items = std::move(items)});
    }

    /// What stands above the last mark, or above the bottom.
    std::size_t height() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }
    PickleValue& top() {
        if (height() == 0) fail("the stack is empty");
        return *stack_.back();
    }
    PickleValue& pop() {
        PickleValue& value = top();
        stack_.pop_back();
        return value;
    }
    std::vector<const PickleValue*> take_last(std::size_t count) {
        if (height() < count) fail("the stack is empty");
        std::vector<const PickleValue*> items(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
        stack_.resize(stack_.size() - count);
        return items;
    }
    std::vector<const PickleValue*> take_to_mark() {
        if (marks_.empty()) fail("a mark is missing");
        std::vector<const PickleValue*> items = take_last(height());
        marks_.pop_back();
        return items;
    }

    bool read_scalar(Op op) {
        switch (op) {
            case Op::none:
                push({});
                return true;
            case Op::new_true:
            case Op::new_false:
                push_integer(PickleKind::boolean, op == Op::new_true ? 1 : 0);
                return true;
            case Op::bin_int:
                push_integer(PickleKind::integer, reader_.signed_number(4));
                return true;
            case Op::bin_int1:
                push_integer(PickleKind::integer, static_cast<std::int64_t>(reader_.number(1)));
                return true;
            case Op::bin_int2:
                push_integer(PickleKind::integer, static_cast<std::int64_t>(reader_.number(2)));
                return true;
            case Op::long1:
            case Op::long4:
                read_long(reader_.number(op == Op::long1 ? 1 : 4));
                return true;
            case Op::bin_float:
                push({.kind = PickleKind::real, .real = reader_.big_endian_double()});
                return true;
            default:
                return false;
        }
    }

    /// Numbers of more than 64 bits, such as seeds, are kept as the bytes they are: nothing here counts so far.
    void read_long(std::uint64_t bytes) {
        if (bytes <= 8) return push_integer(PickleKind::integer, reader_.signed_number(bytes));
        push_text(PickleKind::bytes, reader_.take(bytes));
    }

    bool read_text(Op op) {
        switch (op) {
            case Op::bin_unicode:
            case Op::bin_string:
                push_text(PickleKind::text, reader_.take_text(reader_.number(4)));
                return true;
            case Op::short_bin_unicode:
            case Op::short_bin_string:
                push_text(PickleKind::text, reader_.take_text(reader_.number(1)));
                return true;
            case Op::bin_unicode8:
                push_text(PickleKind::text, reader_.take_text(reader_.number(8)));
                return true;
            case Op::bin_bytes:
                push_text(PickleKind::bytes, reader_.take(reader_.number(4)));
                return true;
            case Op::short_bin_bytes:
                push_text(PickleKind::bytes, reader_.take(reader_.number(1)));
                return true;
            case Op::bin_bytes8:
            case Op::byte_array8:
                push_text(PickleKind::bytes, reader_.take(reader_.number(8)));
                return true;
            default:
                return false;
        }
    }

    bool change_stack(Op op) {
        switch (op) {
            case Op::mark:
                if (marks_.size() == most_values) fail("too many marks");
                marks_.push_back(stack_.size());
                return true;
            case Op::pop:  // a mark counts as an object here
                if (height() == 0 && !marks_.empty()) {
                    marks_.pop_back();
                } else {
                    pop();
                }
                return true;
            case Op::pop_mark:
                take_to_mark();
                return true;
            case Op::dup:
                if (stack_.size() >= most_values) fail("too many objects");
                stack_.push_back(&top());
                return true;
            case Op::frame:
                reader_.number(8);
                return true;
            default:
                return false;
        }
    }

    bool begin_container(Op op) {
        switch (op) {
            case Op::empty_list:
                push_items(PickleKind::list, {});
                return true;
            case Op::empty_tuple:
                push_items(PickleKind::tuple, {});
                return true;
            case Op::empty_dict:
                push_items(PickleKind::dict, {});
                return true;
            case Op::empty_set:
                push_items(PickleKind::set, {});
                return true;
            case Op::list:
                push_items(PickleKind::list, take_to_mark());
                return true;
            case Op::tuple:
                push_items(PickleKind::tuple, take_to_mark());
                return true;
            case Op::frozen_set:
                push_items(PickleKind::set, take_to_mark());
                return true;
            case Op::dict:
                push_items(PickleKind::dict, pairs(take_to_mark()));
                return true;
            case Op::tuple1:
            case Op::tuple2:
            case Op::tuple3:
                push_items(PickleKind::tuple,
                           take_last(static_cast<std::size_t>(op) - static_cast<std::size_t>(Op::tuple1) + 1));
                return true;
            default:
                return false;
        }
    }

    std::vector<const PickleValue*> pairs(std::vector<const PickleValue*> items) const {
        if (items.size() % 2 != 0) fail("a dict's key has no value");
        return items;
    }

    bool fill_container(Op op) {
        switch (op) {
            case Op::append:
                extend(PickleKind::list, take_last(1));
                return true;
            case Op::appends:
                extend(PickleKind::list, take_to_mark());
                return true;
            case Op::add_items:
                extend(PickleKind::set, take_to_mark());
                return true;
            case Op::set_item:
                extend(PickleKind::dict, take_last(2));
                return true;
            case Op::set_items:
                extend(PickleKind::dict, pairs(take_to_mark()));
                return true;
            default:
                return false;
        }
    }

    void extend(PickleKind kind, const std::vector<const PickleValue*>& items) {
        PickleValue& container = top();
        if (!container.is(kind)) fail("items for an object that takes none");
        count_items(items.size());
        container.items.insert(container.items.end(), items.begin(), items.end());
    }

    bool use_memo(Op op) {
        switch (op) {
            case Op::bin_put:
                put(reader_.number(1));
                return true;
            case Op::long_bin_put:
                put(reader_.number(4));
                return true;
            case Op::memoize:
                put(memo_.size());
                return true;
            case Op::bin_get:
                get(reader_.number(1));
                return true;
            case Op::long_bin_get:
                get(reader_.number(4));
                return true;
            default:
                return false;
        }
    }

    void put(std::uint64_t place) {
        if (place >= most_values) fail("a place of the memo beyond " + std::to_string(most_values));
        if (place >= memo_.size()) memo_.resize(place + 1, nullptr);
        memo_[place] = &top();
    }
    void get(std::uint64_t place) {
        if (place >= memo_.size() || memo_[place] == nullptr) fail("an empty place of the memo");
        if (stack_.size() >= most_values) fail("too many objects");
        stack_.push_back(memo_[place]);
    }

    bool read_global(Op op) {
        switch (op) {
            case Op::global: {
                const std::string module(reader_.line());
                push_global(module, std::string(reader_.line()));
                return true;
            }
            case Op::stack_global: {
                const auto names = take_last(2);
                if (!names[0]->is(PickleKind::text) || !names[1]->is(PickleKind::text)) {
                    fail("a global whose name is no text");
                }
                push_global(names[0]->text, names[1]->text);
                return true;
            }
            case Op::reduce:
            case Op::new_object:
                call();
                return true;
            case Op::build:  // attributes, such as the version numbers of a state_dict
                pop();
                if (!top().is_container() && !top().is(PickleKind::call)) fail("a state for an object that takes none");
                return true;
            case Op::bin_pers_id:
                push_items(PickleKind::persistent, take_last(1));
                return true;
            default:
                return false;
        }
    }

    void push_global(const std::string& module, const std::string& name) {
        const std::string full = module + "." + name;
        globals_(full, stack_.empty() && marks_.empty());
        push_text(PickleKind::global, full);
    }

    /// A container that begins empty, or what is to be noted as a call.
    void call() {
        const auto parts = take_last(2);
        const PickleValue& callee = *parts[0];
        const PickleValue& arguments = *parts[1];
        if (!callee.is(PickleKind::global) || !arguments.is(PickleKind::tuple)) fail("a call of what is no global");
        PickleValue made{.kind = container_of(callee.text)};
        if (made.is(PickleKind::call)) {
            made.text = callee.text;
            made.items = arguments.items;
        } else if (callee.text != "collections.defaultdict") {  // its argument makes missing values
            fill_from(made, arguments.items);
        }
        push(std::move(made));
    }

    static PickleKind container_of(const std::string& name) {
        constexpr std::array dicts{"collections.OrderedDict", "collections.defaultdict", "collections.Counter",
                                   "builtins.dict", "__builtin__.dict"};
        constexpr std::array sets{"builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset"};
        if (std::ranges::find(dicts, name) != dicts.end()) return PickleKind::dict;
        return std::ranges::find(sets, name) != sets.end() ? PickleKind::set : PickleKind::call;
    }

    /// What the one argument of dict(...) or set(...) holds: items, for a dict pairs of them.
    void fill_from(PickleValue& made, const std::vector<const PickleValue*>& arguments) const {
        if (arguments.empty()) return;
        const PickleValue& source = *arguments[0];
        if (arguments.size() > 1 || !source.is_container()) fail("a container made of what is none");
        if (made.is(PickleKind::set) || source.is(PickleKind::dict)) {
            made.items = source.items;
            return;
        }
        for (const PickleValue* pair : source.items) {
            if (!pair->is_container() || pair->items.size() != 2) fail("a dict made of what are no pairs");
            made.items.insert(made.items.end(), pair->items.begin(), pair->items.end());
        }
    }

    PickleReader& reader_;
    const PickleGlobals& globals_;
    std::deque<PickleValue>& values_;
    std::vector<PickleValue*> stack_;
    std::vector<std::size_t> marks_;  ///< heights of the stack
    std::vector<PickleValue*> memo_;
    std::size_t items_ = 0;  ///< in all objects together
};

}  // namespace

const PickleValue* PickleValue::at(std::string_view key) const {
    if (!is(PickleKind::dict)) return nullptr;
    for (std::size_t k = items.size(); k >= 2; k -= 2) {
        if (items[k - 2]->is(PickleKind::text) && items[k - 2]->text == key) return items[k - 1];
    }
    return nullptr;
}

Pickle::Pickle(std::span<const std::byte> bytes, const PickleGlobals& globals, const std::string& where) {
    PickleReader reader(bytes, where);
    value_ = &Interpreter(reader, globals, values_).run();
}

}  // namespace espalier
