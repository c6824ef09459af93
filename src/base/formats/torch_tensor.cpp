#include <algorithm>
#include <array>
#include <string_view>

#include <espalier/base/formats/torch_tensor.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>

namespace espalier {
namespace {

constexpr std::size_t most_dimensions = 64;  // as PyTorch
constexpr std::uint64_t most_repeated_bytes = 256 << 20;

struct TorchType {
    std::string_view name;
    std::string_view storage;  ///< the class of its storages; "" where they have none of their own
    ElementType element;
    bool is_read = true;
};

constexpr std::array<TorchType, 17> types{
    {{"float32", "torch.FloatStorage", {ElementKind::floating, 4}},
     {"float64", "torch.DoubleStorage", {ElementKind::floating, 8}},
     {"float16", "torch.HalfStorage", {ElementKind::floating, 2}},
     {"bfloat16", "torch.BFloat16Storage", {ElementKind::brain_floating, 2}},
     {"int64", "torch.LongStorage", {ElementKind::signed_integer, 8}},
     {"int32", "torch.IntStorage", {ElementKind::signed_integer, 4}},
     {"int16", "torch.ShortStorage", {ElementKind::signed_integer, 2}},
     {"int8", "torch.CharStorage", {ElementKind::signed_integer, 1}},
     {"uint8", "torch.ByteStorage", {ElementKind::unsigned_integer, 1}},
     {"bool", "torch.BoolStorage", {ElementKind::boolean, 1}},
     {"uint16", "", {ElementKind::unsigned_integer, 2}},
     {"uint32", "", {ElementKind::unsigned_integer, 4}},
     {"uint64", "", {ElementKind::unsigned_integer, 8}},
     {"complex64", "torch.ComplexFloatStorage", {ElementKind::bytes, 8}, false},
     {"complex128", "torch.ComplexDoubleStorage", {ElementKind::bytes, 16}, false},
     {"float8_e4m3fn", "", {ElementKind::bytes, 1}, false},
     {"float8_e5m2", "", {ElementKind::bytes, 1}, false}}};

constexpr std::string_view dtype_prefix = "torch.";
constexpr std::array untyped_storages{std::string_view("torch.storage.UntypedStorage"),
                                      std::string_view("torch.UntypedStorage")};

constexpr std::string_view rebuild_tensor = "torch._utils._rebuild_tensor";
constexpr std::string_view rebuild_tensor_v2 = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view rebuild_tensor_v3 = "torch._utils._rebuild_tensor_v3";
constexpr std::string_view rebuild_parameter = "torch._utils._rebuild_parameter";
constexpr std::string_view rebuild_parameter_state = "torch._utils._rebuild_parameter_with_state";
constexpr std::string_view rebuild_from_type = "torch._tensor._rebuild_from_type_v2";

/// Noted and looked at no further: they carry no weights.
constexpr std::array<std::string_view, 30> plain_data{"collections.OrderedDict",
                                                      "collections.defaultdict",
                                                      "collections.Counter",
                                                      "builtins.dict",
                                                      "builtins.set",
                                                      "builtins.frozenset",
                                                      "builtins.list",
                                                      "builtins.tuple",
                                                      "builtins.int",
                                                      "builtins.float",
                                                      "builtins.str",
                                                      "builtins.bool",
                                                      "builtins.complex",
                                                      "builtins.bytearray",
                                                      "__builtin__.dict",
                                                      "__builtin__.set",
                                                      "__builtin__.frozenset",
                                                      "__builtin__.list",
                                                      "torch.Size",
                                                      "torch.device",
                                                      "torch.Tensor",
                                                      "torch.nn.parameter.Parameter",
                                                      "argparse.Namespace",
                                                      "_codecs.encode",
                                                      "numpy.dtype",
                                                      "numpy.ndarray",
                                                      "numpy.core.multiarray.scalar",
                                                      "numpy._core.multiarray.scalar",
                                                      "numpy.core.multiarray._reconstruct",
                                                      "numpy._core.multiarray._reconstruct"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

const TorchType* type_of_storage(std::string_view storage) {
    const auto found = std::ranges::find(types, storage, &TorchType::storage);
    return storage.empty() || found == types.end() ? nullptr : &*found;
}

const TorchType* type_called(std::string_view name) {
    const auto found = std::ranges::find(types, name, &TorchType::name);
    return found == types.end() ? nullptr : &*found;
}

bool is_dtype(std::string_view name) {
    return name.starts_with(dtype_prefix) && type_called(name.substr(dtype_prefix.size())) != nullptr;
}

bool is_rebuilding(std::string_view name) {
    constexpr std::array all{rebuild_tensor,    rebuild_tensor_v2,       rebuild_tensor_v3,
                             rebuild_parameter, rebuild_parameter_state, rebuild_from_type};
    return is_one_of(name, all);
}

/// A function of PyTorch and what it would be called with.
struct Rebuilding {
    std::string_view function;
    const std::vector<const PickleValue*>* arguments;
};

[[noreturn]] void fail(const std::string& where, const std::string& what) {
    throw FormatError(where + ": " + what);
}

/// What makes the tensor itself, inside of parameters and of subclasses.
Rebuilding innermost(const PickleValue& value, const std::string& where) {
    Rebuilding call{value.text, &value.items};
    for (int depth = 0; depth < 8; ++depth) {
        const auto& arguments = *call.arguments;
        const bool is_parameter = call.function == rebuild_parameter || call.function == rebuild_parameter_state;
        if (!is_parameter && call.function != rebuild_from_type) return call;
        if (is_parameter && !arguments.empty() && arguments[0]->is(PickleKind::call)) {
            call = {arguments[0]->text, &arguments[0]->items};
        } else if (!is_parameter && arguments.size() > 2 && arguments[0]->is(PickleKind::global) &&
                   arguments[2]->is(PickleKind::tuple)) {
            call = {arguments[0]->text, &arguments[2]->items};
        } else {
            fail(where, "a parameter made of what is no tensor");
        }
    }
    fail(where, "parameters within parameters");
}

std::size_t size_of(const PickleValue& value, const std::string& where, const std::string& what) {
    if (!value.is(PickleKind::integer)) fail(where, "its " + what + " is no number");
    if (value.integer < 0) fail(where, "its " + what + " is negative (" + std::to_string(value.integer) + ")");
    return static_cast<std::size_t>(value.integer);
}

std::vector<std::size_t> sizes_of(const PickleValue& value, const std::string& where, const std::string& what) {
    const bool is_size = value.is(PickleKind::call) && value.text == "torch.Size" && value.items.size() == 1;
    const PickleValue& list = is_size ? *value.items[0] : value;
    if (!list.is(PickleKind::tuple) && !list.is(PickleKind::list)) fail(where, "its " + what + " is no tuple");
    if (list.items.size() > most_dimensions) fail(where, "more than 64 dimensions");
    std::vector<std::size_t> sizes;
    for (const PickleValue* item : list.items) sizes.push_back(size_of(*item, where, what));
    return sizes;
}

/// Fills in type and storage from ('storage', class, key, location, number of elements).
void read_storage(const PickleValue& value, const TorchType* type, TorchTensor& tensor, const std::string& where) {
    const bool has_id = value.is(PickleKind::persistent) && value.items[0]->is(PickleKind::tuple);
    const auto& id = has_id ? value.items[0]->items : value.items;
    if (!has_id || id.size() != 5 || !id[0]->is(PickleKind::text) || id[0]->text != "storage" ||
        !id[1]->is(PickleKind::global) || !id[2]->is(PickleKind::text)) {
        fail(where, "its storage is not ('storage', type, key, location, number)");
    }
    tensor.storage = id[2]->text;
    tensor.elements = size_of(*id[4], where, "storage's number of elements");
    const bool is_untyped = is_one_of(id[1]->text, untyped_storages);
    const TorchType* of_storage = type_of_storage(id[1]->text);
    if (type == nullptr) type = of_storage;
    if (type == nullptr) fail(where, "its storage '" + excerpt(id[1]->text) + "' has no element type");
    tensor.type = type->name;
    tensor.width = type->element.width;
    const std::size_t storage_width = is_untyped || of_storage == nullptr ? 1 : of_storage->element.width;
    if (storage_width == tensor.width) return;
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(tensor.elements, storage_width, &bytes) || bytes % tensor.width != 0) {
        fail(where, "its storage does not hold whole elements");
    }
    tensor.elements = bytes / tensor.width;
}

/// The last element that is looked at is one of the storage's, and what repeats elements is no bomb.
void check_view(const TorchTensor& tensor, const std::string& where) {
    std::uint64_t count = 1;
    std::uint64_t last = tensor.offset;
    const bool is_empty = std::ranges::find(tensor.shape, std::size_t{0}) != tensor.shape.end();
    for (std::size_t axis = 0; axis < tensor.shape.size(); ++axis) {
        std::uint64_t reach = 0;
        if (__builtin_mul_overflow(count, tensor.shape[axis], &count)) fail(where, "its shape overflows");
        if (is_empty) continue;
        if (__builtin_mul_overflow(tensor.shape[axis] - 1, tensor.strides[axis], &reach) ||
            __builtin_add_overflow(last, reach, &last)) {
            fail(where, "its strides overflow");
        }
    }
    if (is_empty ? tensor.offset > tensor.elements : last >= tensor.elements) {
        fail(where,
             "reaches to element " + std::to_string(last) + " of a storage of " + std::to_string(tensor.elements));
    }
    if (count > tensor.elements && count > most_repeated_bytes / tensor.width) {
        fail(where, "expands " + std::to_string(tensor.elements) + " elements to " + std::to_string(count) +
                        "; save it with .contiguous()");
    }
}

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

}  // namespace

void check_torch_global(const std::string& name, bool is_outermost, const std::string& path) {
    const bool is_storage = type_of_storage(name) != nullptr || is_one_of(name, untyped_storages);
    if (is_storage || is_dtype(name) || is_rebuilding(name) || is_one_of(name, plain_data)) return;
    const std::string shown = excerpt(name);
    const std::string load = "torch.load(" + quoted(path) + ", map_location=\"cpu\", weights_only=False)";
    const std::string never = ", which is never read, for that would run its code";
    if (name.starts_with("torch.optim.") && is_outermost) {
        fail(path, "a pickled optimizer ('" + shown + "')" + never +
                       "; save the model's weights: torch.save(model.state_dict(), \"weights.pt\")");
    }
    if (is_outermost) {
        fail(path, "a whole pickled object ('" + shown + "')" + never +
                       "; where Python can import it: import torch; torch.save(" + load +
                       ".state_dict(), \"weights.pt\")");
    }
    if (name.starts_with("torch._utils._rebuild_")) {
        fail(path, "global '" + shown + "' is not read: of tensors only dense ones are; in Python: import torch; x = " +
                       load + "; torch.save({k: v.to_dense() for k, v in x.items()}, \"weights.pt\")");
    }
    fail(path, "global '" + shown + "' is not read, for that would run its code; in Python: import torch; x = " + load +
                   "; torch.save(x[\"state_dict\"], \"weights.pt\") saves the weights alone");
}

bool is_torch_tensor(const PickleValue& value) {
    return value.is(PickleKind::call) && is_rebuilding(value.text);
}

TorchTensor read_torch_tensor(const PickleValue& value, const std::string& where) {
    const Rebuilding call = innermost(value, where);
    const bool is_v3 = call.function == rebuild_tensor_v3;
    const bool is_known = is_v3 || call.function == rebuild_tensor_v2 || call.function == rebuild_tensor;
    const auto& arguments = *call.arguments;
    if (!is_known || arguments.size() < (is_v3 ? 7 : 4)) fail(where, "a tensor made of what is no storage");
    const TorchType* type = nullptr;
    if (is_v3) {
        const PickleValue& dtype = *arguments[6];
        if (!dtype.is(PickleKind::global) || !is_dtype(dtype.text)) fail(where, "its type is none of PyTorch's");
        type = type_called(std::string_view(dtype.text).substr(dtype_prefix.size()));
    }
    TorchTensor tensor;
    read_storage(*arguments[0], type, tensor, where);
    tensor.offset = size_of(*arguments[1], where, "offset");
    tensor.shape = sizes_of(*arguments[2], where, "size");
    tensor.strides = sizes_of(*arguments[3], where, "stride");
    if (tensor.shape.size() != tensor.strides.size()) fail(where, "it has not as many strides as sizes");
    check_view(tensor, where);
    return tensor;
}

ElementType torch_element_type(const std::string& type, const std::string& where) {
    const TorchType* found = type_called(type);
    if (found == nullptr || !found->is_read) {
        fail(where, "type " + type + " is not read; save floats, integers or bools (or leave it out with --layers)");
    }
    return found->element;
}

}  // namespace espalier
