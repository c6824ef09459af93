#include <algorithm>
#include <memory>
#include <mutex>
#include <unordered_map>

#include <espalier/base/formats/pickle.hpp>
#include <espalier/base/formats/strided.hpp>
#include <espalier/base/formats/torch_file.hpp>
#include <espalier/base/formats/torch_state.hpp>
#include <espalier/base/formats/torch_tensor.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>

namespace espalier {
namespace {

constexpr std::uint64_t longest_pickle = 64 << 20;
constexpr std::string_view pickle_name = "/data.pkl";

using Bytes = std::vector<std::byte>;

/// The folder of the archive that holds the pickle; empty where there is none.
std::string folder_of(const ZipArchive& archive) {
    for (const ZipMember& member : archive.members()) {
        const std::size_t slash = member.name.find('/');
        if (slash != std::string::npos && member.name.substr(slash) == pickle_name) return member.name.substr(0, slash);
    }
    return "";
}

/// The archive and its tensors' places in it.
class TorchStorages {
  public:
    explicit TorchStorages(const std::filesystem::path& path) : archive_(path), folder_(folder_of(archive_)) {
        for (const ZipMember& member : archive_.members()) members_.emplace(member.name, &member);
    }

    const std::string& path() const { return archive_.path(); }
    const ZipMember* find(const std::string& name) const {
        const auto found = members_.find(folder_ + "/" + name);
        return found == members_.end() ? nullptr : found->second;
    }
    Bytes read(const ZipMember& member) const { return archive_.read(member); }

    /// @throws FormatError where the storage is missing or has another size than the tensor says
    const ZipMember& storage_of(const TorchTensor& tensor, const std::string& where) const {
        const ZipMember* member = find("data/" + tensor.storage);
        if (member == nullptr)
            throw FormatError(where + ": the archive has no storage '" + excerpt(tensor.storage) + "'");
        if (member->size % tensor.width != 0 || member->size / tensor.width != tensor.elements) {
            throw FormatError(where + ": its storage of " + std::to_string(tensor.elements) + " elements of " +
                              std::to_string(tensor.width) + " bytes has " + std::to_string(member->size) + " bytes");
        }
        return *member;
    }

    Tensor tensor(const TorchTensor& view, const std::string& where) const {
        const ElementType type = torch_element_type(view.type, where);
        const ZipMember& member = storage_of(view, where);
        const bool is_in_order = is_c_order(view.shape, view.strides);
        const std::uint64_t bytes = is_in_order ? bytes_of_shape(view.shape, view.width, where) : 0;
        if (is_in_order && bytes == member.size) return {type, view.shape, read(member), where};
        const std::shared_ptr<const Bytes> storage = shared(member);
        const auto from = std::span(*storage).subspan(view.offset * view.width);
        if (is_in_order)
            return {type, view.shape, Bytes(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(bytes)), where};
        return {type, view.shape, gather_strided(from, view.shape, view.strides, view.width), where};
    }

  private:
    /// Many tensors may be views of one storage: the last one read is kept.
    std::shared_ptr<const Bytes> shared(const ZipMember& member) const {
        const std::lock_guard lock(mutex_);
        if (last_member_ != &member) {
            last_ = std::make_shared<const Bytes>(read(member));
            last_member_ = &member;
        }
        return last_;
    }

    ZipArchive archive_;
    std::string folder_;
    std::unordered_map<std::string, const ZipMember*> members_;
    mutable std::mutex mutex_;
    mutable const ZipMember* last_member_ = nullptr;
    mutable std::shared_ptr<const Bytes> last_;
};

void refuse_others(const TorchStorages& storages) {
    const std::string& path = storages.path();
    if (storages.find("constants.pkl") != nullptr) {
        throw FormatError(path +
                          ": a TorchScript archive, which is never read, for that would run its code; in Python: " +
                          "import torch; torch.save(torch.jit.load(\"" + path +
                          "\", map_location=\"cpu\").state_dict(), \"weights.pt\")");
    }
    const ZipMember* order = storages.find("byteorder");
    if (order == nullptr) return;
    const Bytes text = order->size <= 16 ? storages.read(*order) : Bytes{};
    const std::string_view name(reinterpret_cast<const char*>(text.data()), text.size());
    if (name != "little") throw FormatError(path + ": saved on a big-endian machine; save it on a little-endian one");
}

Pickle read_pickle(const TorchStorages& storages) {
    const std::string& path = storages.path();
    const ZipMember* member = storages.find("data.pkl");
    if (member == nullptr) throw FormatError(path + ": no PyTorch archive: it holds no data.pkl");
    if (member->size > longest_pickle) {
        throw FormatError(path + ": data.pkl has " + std::to_string(member->size) + " bytes; at most " +
                          std::to_string(longest_pickle) + " are read");
    }
    const auto check = [&](const std::string& name, bool is_outermost) {
        check_torch_global(name, is_outermost, path);
    };
    return Pickle(storages.read(*member), check, path + ": data.pkl");
}

}  // namespace

bool is_torch_archive(const ZipArchive& archive) {
    return !folder_of(archive).empty();
}

TensorFile open_torch_file(const std::filesystem::path& path, const std::string& key) {
    const auto storages = std::make_shared<const TorchStorages>(path);
    refuse_others(*storages);
    const Pickle pickle = read_pickle(*storages);
    const TorchState state = find_torch_state(pickle.value(), key, path.stem().string(), path.string());
    TensorFile::Contents contents{.format = ".pt", .notices = state.notices};
    std::vector<TorchTensor> views;
    for (const auto& [name, value] : state.tensors) {
        const std::string where = path.string() + ": '" + name + "'";
        views.push_back(read_torch_tensor(*value, where));
        storages->storage_of(views.back(), where);
        contents.entries.push_back({name, views.back().type, views.back().shape});
    }
    contents.read = [storages, views, entries = contents.entries](std::size_t k) {
        return storages->tensor(views[k], storages->path() + ": '" + entries[k].name + "'");
    };
    return {path.string(), std::move(contents)};
}

void refuse_old_torch_file(const std::string& path) {
    throw FormatError(path + ": PyTorch's old format (before 1.6), a pickle that is never read; in Python: " +
                      "import torch; torch.save(torch.load(\"" + path +
                      "\", map_location=\"cpu\", weights_only=False), \"new.pt\") writes today's");
}

}  // namespace espalier
