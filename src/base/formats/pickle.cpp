#include <algorithm>
#include <array>

#include <espalier/base/formats/pickle.hpp>
#include <espalier/base/formats/pickle_opcodes.hpp>
#include <espalier/base/formats/pickle_reader.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {
namespace {

constexpr std::size_t most_values = 2'000'000;
constexpr std::size_t most_items = 16'000'000;

class Interpreter {
  public:
    Interpreter(PickleReader& reader, const PickleGlobals& globals, std::deque<PickleValue>& values)
        : reader_(reader), globals_(globals), values_(values) {}

    const PickleValue& run() {
        if (static_cast<PickleOp>(reader_.opcode()) != PickleOp::proto) fail("it does not begin with its protocol");
        const std::uint64_t protocol = reader_.number(1);
        if (protocol < 2 || protocol > 5) fail("protocol " + std::to_string(protocol) + "; 2 to 5 are read");
        while (true) {
            const unsigned char code = reader_.opcode();
            const auto op = static_cast<PickleOp>(code);
            if (op == PickleOp::stop) break;
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

    bool read_scalar(PickleOp op) {
        switch (op) {
            case PickleOp::none:
                push({});
                return true;
            case PickleOp::new_true:
            case PickleOp::new_false:
                push_integer(PickleKind::boolean, op == PickleOp::new_true ? 1 : 0);
                return true;
            case PickleOp::bin_int:
                push_integer(PickleKind::integer, reader_.signed_number(4));
                return true;
            case PickleOp::bin_int1:
                push_integer(PickleKind::integer, static_cast<std::int64_t>(reader_.number(1)));
                return true;
            case PickleOp::bin_int2:
                push_integer(PickleKind::integer, static_cast<std::int64_t>(reader_.number(2)));
                return true;
            case PickleOp::long1:
            case PickleOp::long4:
                read_long(reader_.number(op == PickleOp::long1 ? 1 : 4));
                return true;
            case PickleOp::bin_float:
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

    bool read_text(PickleOp op) {
        switch (op) {
            case PickleOp::bin_unicode:
                push_text(PickleKind::text, reader_.take_text(reader_.number(4)));
                return true;
            case PickleOp::short_bin_unicode:
                push_text(PickleKind::text, reader_.take_text(reader_.number(1)));
                return true;
            case PickleOp::bin_string:
            case PickleOp::short_bin_string:
                push_python_2_string(reader_.take(reader_.number(op == PickleOp::bin_string ? 4 : 1)));
                return true;
            case PickleOp::bin_unicode8:
                push_text(PickleKind::text, reader_.take_text(reader_.number(8)));
                return true;
            case PickleOp::bin_bytes:
                push_text(PickleKind::bytes, reader_.take(reader_.number(4)));
                return true;
            case PickleOp::short_bin_bytes:
                push_text(PickleKind::bytes, reader_.take(reader_.number(1)));
                return true;
            case PickleOp::bin_bytes8:
            case PickleOp::byte_array8:
                push_text(PickleKind::bytes, reader_.take(reader_.number(8)));
                return true;
            default:
                return false;
        }
    }

    void push_python_2_string(std::string_view text) {
        push_text(is_utf8(text) ? PickleKind::text : PickleKind::bytes, text);
    }

    bool change_stack(PickleOp op) {
        switch (op) {
            case PickleOp::mark:
                if (marks_.size() == most_values) fail("too many marks");
                marks_.push_back(stack_.size());
                return true;
            case PickleOp::pop:  // a mark counts as an object here
                if (height() == 0 && !marks_.empty()) {
                    marks_.pop_back();
                } else {
                    pop();
                }
                return true;
            case PickleOp::pop_mark:
                take_to_mark();
                return true;
            case PickleOp::dup:
                if (stack_.size() >= most_values) fail("too many objects");
                stack_.push_back(&top());
                return true;
            case PickleOp::frame:
                reader_.number(8);
                return true;
            default:
                return false;
        }
    }

    bool begin_container(PickleOp op) {
        switch (op) {
            case PickleOp::empty_list:
                push_items(PickleKind::list, {});
                return true;
            case PickleOp::empty_tuple:
                push_items(PickleKind::tuple, {});
                return true;
            case PickleOp::empty_dict:
                push_items(PickleKind::dict, {});
                return true;
            case PickleOp::empty_set:
                push_items(PickleKind::set, {});
                return true;
            case PickleOp::list:
                push_items(PickleKind::list, take_to_mark());
                return true;
            case PickleOp::tuple:
                push_items(PickleKind::tuple, take_to_mark());
                return true;
            case PickleOp::frozen_set:
                push_items(PickleKind::set, take_to_mark());
                return true;
            case PickleOp::dict:
                push_items(PickleKind::dict, pairs(take_to_mark()));
                return true;
            case PickleOp::tuple1:
            case PickleOp::tuple2:
            case PickleOp::tuple3:
                push_items(PickleKind::tuple,
                           take_last(static_cast<std::size_t>(op) - static_cast<std::size_t>(PickleOp::tuple1) + 1));
                return true;
            default:
                return false;
        }
    }

    std::vector<const PickleValue*> pairs(std::vector<const PickleValue*> items) const {
        if (items.size() % 2 != 0) fail("a dict's key has no value");
        return items;
    }

    bool fill_container(PickleOp op) {
        switch (op) {
            case PickleOp::append:
                extend(PickleKind::list, take_last(1));
                return true;
            case PickleOp::appends:
                extend(PickleKind::list, take_to_mark());
                return true;
            case PickleOp::add_items:
                extend(PickleKind::set, take_to_mark());
                return true;
            case PickleOp::set_item:
                extend(PickleKind::dict, take_last(2));
                return true;
            case PickleOp::set_items:
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

    bool use_memo(PickleOp op) {
        switch (op) {
            case PickleOp::bin_put:
                put(reader_.number(1));
                return true;
            case PickleOp::long_bin_put:
                put(reader_.number(4));
                return true;
            case PickleOp::memoize:
                put(memo_.size());
                return true;
            case PickleOp::bin_get:
                get(reader_.number(1));
                return true;
            case PickleOp::long_bin_get:
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

    bool read_global(PickleOp op) {
        switch (op) {
            case PickleOp::global: {
                const std::string module(reader_.line());
                push_global(module, std::string(reader_.line()));
                return true;
            }
            case PickleOp::stack_global: {
                const auto names = take_last(2);
                if (!names[0]->is(PickleKind::text) || !names[1]->is(PickleKind::text)) {
                    fail("a global whose name is no text");
                }
                push_global(names[0]->text, names[1]->text);
                return true;
            }
            case PickleOp::reduce:
            case PickleOp::new_object:
                call();
                return true;
            case PickleOp::build:  // an array's content; of dicts attributes, such as versions in a state_dict
                build(pop());
                return true;
            case PickleOp::bin_pers_id:
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

    void build(const PickleValue& state) {
        PickleValue& built = top();
        if (built.is(PickleKind::call)) {
            built.state = &state;
        } else if (!built.is_container()) {
            fail("a state for an object that takes none");
        }
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
        const PickleValue& found = *items[k - 2];
        if ((found.is(PickleKind::text) || found.is(PickleKind::bytes)) && found.text == key) return items[k - 1];
    }
    return nullptr;
}

Pickle::Pickle(std::span<const std::byte> bytes, const PickleGlobals& globals, const std::string& where) {
    PickleReader reader(bytes, where);
    value_ = &Interpreter(reader, globals, values_).run();
}

}  // namespace espalier
