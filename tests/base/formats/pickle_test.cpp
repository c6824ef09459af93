#include <functional>

#include <espalier/base/formats/pickle.hpp>
#include <espalier/base/text/error.hpp>

#include "pickle_builder.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;

namespace {

const PickleGlobals allow_all = [](const std::string&, bool) {};

Pickle load(const std::string& bytes, const PickleGlobals& globals = allow_all) {
    return {std::as_bytes(std::span(bytes)), globals, "a.pt: data.pkl"};
}

/// A value as Python would print it, roughly.
std::string shown(const PickleValue& value) {
    const auto list = [&](std::size_t step) {
        std::string text;
        for (std::size_t k = 0; k < value.items.size(); ++k) {
            text += (k == 0 ? "" : k % step == 0 ? ", " : ": ") + shown(*value.items[k]);
        }
        return text;
    };
    switch (value.kind) {
        case PickleKind::none:
            return "None";
        case PickleKind::boolean:
            return value.integer != 0 ? "True" : "False";
        case PickleKind::integer:
            return std::to_string(value.integer);
        case PickleKind::real:
            return std::to_string(value.real);
        case PickleKind::text:
            return "'" + value.text + "'";
        case PickleKind::bytes:
            return "b'" + value.text + "'";
        case PickleKind::list:
            return "[" + list(1) + "]";
        case PickleKind::tuple:
            return "(" + list(1) + ")";
        case PickleKind::dict:
            return "{" + list(2) + "}";
        case PickleKind::set:
            return "<" + list(1) + ">";
        case PickleKind::global:
            return value.text;
        case PickleKind::call:
            return value.text + "(" + list(1) + ")";
        default:
            return "id " + list(1);
    }
}

std::string read(const std::string& object) {
    return shown(load(pickled(object)).value());
}

}  // namespace

TEST_CASE("pickle: scalars", "[base][pickle]") {
    CHECK(read("N") == "None");
    CHECK(read("\x88") == "True");
    CHECK(read("\x89") == "False");
    CHECK(read("K\xff") == "255");
    CHECK(read("M\x01\x02") == "513");
    CHECK(read("J\xfe\xff\xff\xff") == "-2");
}

TEST_CASE("pickle: long numbers, floats, texts and bytes", "[base][pickle]") {
    CHECK(read(std::string("\x8a\x02\x00\x80", 4)) == "-32768");
    CHECK(read(std::string("\x8a\x00", 2)) == "0");
    CHECK(read(pickled_int(-7)) == "-7");
    CHECK(read(std::string("\x8a\x0a", 2) + "0123456789") == "b'0123456789'");  // more than 64 bits: kept as it is
    CHECK(read(std::string("\x8b\x01\0\0\0\x05", 6)) == "5");
    CHECK(read(std::string("G\x3f\xf8\0\0\0\0\0\0", 9)) == "1.500000");
    CHECK(read(pickled_text("\xc3\xa9")) == "'\xc3\xa9'");
    CHECK(read("\x8c\x02hi") == "'hi'");
    CHECK(read("U\x02hi") == "'hi'");
    CHECK(read(std::string("T\x02\0\0\0hi", 7)) == "'hi'");
    CHECK(read(std::string("\x8d\x02\0\0\0\0\0\0\0hi", 11)) == "'hi'");
    CHECK(read("U\x02\xff\xfe") == "b'\xff\xfe'");  // Python 2 had one type for texts and bytes
    CHECK(read("C\x02hi") == "b'hi'");
    CHECK(read(std::string("B\x02\0\0\0hi", 7)) == "b'hi'");
    CHECK(read(std::string("\x8e\x02\0\0\0\0\0\0\0hi", 11)) == "b'hi'");
    CHECK(read(std::string("\x96\x02\0\0\0\0\0\0\0hi", 11)) == "b'hi'");
}

TEST_CASE("pickle: containers, in every way protocols 2 to 5 make them", "[base][pickle]") {
    CHECK(read("](K\x01K\x02"
               "e") == "[1, 2]");
    CHECK(read("]K\x01"
               "aK\x02"
               "a") == "[1, 2]");
    CHECK(read("(K\x01K\x02l") == "[1, 2]");
    CHECK(read(")") == "()");
    CHECK(read("K\x01\x85") == "(1)");
    CHECK(read("K\x01K\x02\x86") == "(1, 2)");
    CHECK(read("K\x01K\x02K\x03\x87") == "(1, 2, 3)");
    CHECK(read("(K\x01K\x02K\x03K\x04t") == "(1, 2, 3, 4)");
    CHECK(read("}K\x01K\x02s") == "{1: 2}");
    CHECK(read("}(K\x01K\x02K\x03K\x04u") == "{1: 2, 3: 4}");
    CHECK(read("(K\x01K\x02"
               "d") == "{1: 2}");
    CHECK(read("\x8f(K\x01K\x02\x90") == "<1, 2>");
    CHECK(read("(K\x01\x91") == "<1>");
    CHECK(read(pickled_call("collections", "OrderedDict", ")") + "K\x01K\x02s") == "{1: 2}");
    CHECK(read(pickled_call("collections", "OrderedDict",
                            "]K\x01K\x02\x86"
                            "a\x85")) == "{1: 2}");
    CHECK(read(pickled_call("collections", "defaultdict", pickled_global("builtins", "list") + "\x85")) == "{}");
    CHECK(read(pickled_call("builtins", "set",
                            "]K\x01"
                            "a\x85")) == "<1>");
}

TEST_CASE("pickle: the memo, the stack and frames", "[base][pickle]") {
    CHECK(read("]q\x05K\x01"
               "a0h\x05") == "[1]");
    CHECK(read(std::string("]r\x05\0\0\0"
                           "0j\x05\0\0\0",
                           12)) == "[]");
    CHECK(read("K\x07\x94"
               "0h" +
               std::string(1, '\0')) == "7");
    CHECK(read("K\x01"
               "2\x86") == "(1, 1)");
    CHECK(read("K\x01(K\x02K\x03"
               "1") == "1");
    CHECK(read("K\x01(0") == "1");  // POP takes a mark, too
    CHECK(shown(load(std::string("\x80\x04\x95\x02\0\0\0\0\0\0\0K\x01.", 14)).value()) == "1");
}

TEST_CASE("pickle: calls and persistent ids are noted, never made", "[base][pickle]") {
    CHECK(read(pickled_call("posix", "system", pickled_text("rm") + "\x85")) == "posix.system('rm')");
    CHECK(read(pickled_text("a") + pickled_text("b") + "\x93)\x81") == "a.b()");
    CHECK(read(pickled_global("a", "b") + ")\x81}"
                                          "b") == "a.b()");  // BUILD drops the state
    CHECK(read(pickled_text("id") + "Q") == "id 'id'");
}

TEST_CASE("pickle: every global is asked for, and whether it is the outermost", "[base][pickle]") {
    std::vector<std::pair<std::string, bool>> asked;
    const PickleGlobals note = [&](const std::string& name, bool is_outermost) {
        asked.emplace_back(name, is_outermost);
    };
    load(pickled(pickled_call("a", "b", "(" + pickled_global("c", "d") + "t")), note);
    CHECK(asked == std::vector<std::pair<std::string, bool>>{{"a.b", true}, {"c.d", false}});
    const PickleGlobals refuse = [](const std::string& name, bool) { throw FormatError("no " + name); };
    CHECK_THROWS_WITH(load(pickled(pickled_global("a", "b")), refuse), Contains("no a.b"));
}

TEST_CASE("pickle: a dict's last value at a key counts", "[base][pickle]") {
    const Pickle pickle = load(pickled(pickled_dict({{"a", "K\x01"}, {"b", "K\x02"}, {"a", "K\x03"}})));
    REQUIRE(pickle.value().at("a") != nullptr);
    CHECK(pickle.value().at("a")->integer == 3);
    CHECK(pickle.value().at("c") == nullptr);
    CHECK(pickle.value().items[0]->at("a") == nullptr);
}

TEST_CASE("pickle: keys of bytes are found as texts are, and a call's state is kept", "[base][pickle]") {
    const Pickle keys =
        load(pickled("}(C\x01"
                     "aK\x07u"));
    REQUIRE(keys.value().at("a") != nullptr);
    CHECK(keys.value().at("a")->integer == 7);
    const Pickle call = load(pickled(pickled_call("a", "b", ")") + "K\x05"
                                                                   "b"));
    REQUIRE(call.value().state != nullptr);
    CHECK(call.value().state->integer == 5);
}

TEST_CASE("pickle: an object within itself does no harm", "[base][pickle]") {
    const Pickle pickle =
        load(pickled("]q\x01h\x01"
                     "a"));
    CHECK(pickle.value().items[0] == &pickle.value());
}

TEST_CASE("pickle: every lie is refused with its place", "[base][pickle]") {
    const auto refused = [](const std::string& object, const std::string& reason) {
        INFO(reason);
        CHECK_THROWS_WITH(load(pickled(object)), Contains("a.pt: data.pkl: bad pickle at byte") && Contains(reason));
    };
    refused("", "the stack is empty");
    refused("K\x01K\x02", "left over");
    refused("K\x01(", "the stack is empty");  // what stands below a mark is out of reach
    refused("(K\x01", "left over");
    refused(
        "K\x01"
        "e",
        "a mark is missing");
    refused("K\x01(e", "takes none");
    refused("(e", "the stack is empty");
    refused(
        "K\x01K\x02"
        "a",
        "takes none");
    refused("}(K\x01u", "no value");
    refused("K\x01\x86", "the stack is empty");
    refused("h\x01", "empty place");
    refused("K\x01" + std::string("r\xff\xff\xff\x7f", 5), "beyond 2000000");
    refused("K\x01)R", "no global");
    refused(pickled_global("a", "b") + "NR", "no global");
    refused("K\x01}b", "takes none");
    refused(pickled_call("builtins", "set", "K\x01\x85"), "made of what is none");
    refused(pickled_call("collections", "OrderedDict",
                         "]K\x01"
                         "a\x85"),
            "no pairs");
    refused("K\x01K\x02\x93", "no text");
    refused(std::string("X\xff\xff\xff\xff", 5), "ends early");
    refused(std::string("\x8d\xff\xff\xff\xff\xff\xff\xff\xff", 9), "ends early");
    refused("\x8c\x02\xc3(", "not UTF-8");
    refused("cabc", "ends early");
    refused("I1\n", "opcode 73 is not read");
    refused("ios\nsystem\n", "opcode 105 is not read");
    refused("(cos\nsystem\no", "opcode 111 is not read");
    refused("\x82\x01", "opcode 130 is not read");
    CHECK_THROWS_WITH(load("K\x01."), Contains("begin with its protocol"));
    CHECK_THROWS_WITH(load("\x80\x06N."), Contains("protocol 6; 2 to 5"));
    CHECK_THROWS_WITH(load("\x80\x02N"), Contains("ends early"));
    CHECK_THROWS_WITH(load(""), Contains("ends early"));
}

TEST_CASE("pickle: neither objects nor copies of long lists fill the memory", "[base][pickle]") {
    CHECK_THROWS_WITH(load(pickled(std::string(2'000'001, ']'))), Contains("more than 2000000 objects"));
    CHECK_THROWS_WITH(load(pickled(std::string(2'000'001, '('))), Contains("too many marks"));
    CHECK_THROWS_WITH(load(pickled("N" + std::string(2'000'001, '2'))), Contains("too many objects"));
    std::string copies = "(" + std::string(100'000, 'N') +
                         "tq\x01"
                         "0" +
                         pickled_global("a", "b") +
                         "q\x02"
                         "0";
    for (int k = 0; k < 1000; ++k) copies += "h\x02h\x01R0";  // the arguments are copied each time
    CHECK_THROWS_WITH(load(pickled(copies + "N")), Contains("more than 16000000 items"));
}

TEST_CASE("pickle: no cut and no flipped bit does harm", "[base][pickle]") {
    const std::string whole = pickled(pickled_dict({{"w", pickled_tensor()},
                                                    {"n",
                                                     "](K\x01K\x02"
                                                     "e"}}));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CHECK_THROWS_AS(load(whole.substr(0, length)), FormatError);
    }
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        std::string flipped = whole;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        try {
            load(flipped);
        } catch (const FormatError&) {
        }
    }
}

}  // namespace espalier
