#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/base/formats/tensor.hpp>

namespace espalier::data {

/// What an array of a user's own data holds.
enum class ArrayRole { inputs, targets, test_inputs, test_targets };

/// The arrays of an .npz, or .npy files side by side, found by their names: "x" and "y", "x_test" and "y_test", or
/// spellings that are common for these, such as Keras' "x_train" and MedMNIST's "train_images"; case does not count.
class ArraySource {
  public:
    /// @param path  an .npz; a folder of .npy files; or the .npy that holds the inputs, the others being named like it:
    ///              with "wine_x.npy" go "wine_y.npy" and "wine_x_test.npy"
    /// @throws ConfigError where nothing is there; IoError; FormatError where two arrays claim one role, or none is of
    ///         inputs, naming what is there
    explicit ArraySource(const std::filesystem::path& path);

    bool has(ArrayRole role) const { return find(role) != nullptr; }
    /// Its name in the source; empty where there is none.
    std::string name(ArrayRole role) const;
    /// @throws FormatError where there is no such array, or it cannot be read
    Tensor read(ArrayRole role) const;

    /// Arrays that have no role here.
    const std::vector<std::string>& others() const { return others_; }

  private:
    struct Member {
        std::string name;
        std::function<Tensor()> read;
        std::optional<ArrayRole> role = {};
    };

    void open_npz(const std::filesystem::path& path);
    void open_npy(const std::filesystem::path& folder, const std::string& prefix);
    void deal_roles();
    const Member* find(ArrayRole role) const;

    std::string path_;
    std::vector<Member> members_;
    std::vector<std::string> others_;
};

/// Whether a folder holds .npy files with inputs.
bool is_array_folder(const std::filesystem::path& folder);

}  // namespace espalier::data
